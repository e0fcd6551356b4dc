export function figuresOf(markdown: string): Record<string, number>;
