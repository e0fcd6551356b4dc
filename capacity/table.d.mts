export function inDigits(value: number, digits?: number): string;
export function tableOf(figures: Record<string, number>): string;
