/** Drawn on 20 by 20 in the colour of the text around it. */
const ICONS = {
  close: 'M5 5l10 10M15 5 5 15',
  share: 'M10 13V3M6.5 6.2 10 3l3.5 3.2M5 9.5H4.2v7.3h11.6V9.5H15',
  bell: 'M10 3.2a4.6 4.6 0 0 0-4.6 4.6c0 4-1.7 5.2-1.7 5.2h12.6s-1.7-1.2-1.7-5.2A4.6 4.6 0 0 0 10 3.2zM8.4 15.6a1.7 1.7 0 0 0 3.2 0',
  bellOn:
    'M10 3.2a4.6 4.6 0 0 0-4.6 4.6c0 4-1.7 5.2-1.7 5.2h12.6s-1.7-1.2-1.7-5.2A4.6 4.6 0 0 0 10 3.2zM8.4 15.6a1.7 1.7 0 0 0 3.2 0M2.6 7.2c.1-1.7.8-3.2 1.9-4.3M17.4 7.2c-.1-1.7-.8-3.2-1.9-4.3',
  copy: 'M7.2 7.2h8.6v8.6H7.2zM12.8 7.2v-3H4.2v8.6h3',
  send: 'M3.2 9.6 16.8 3.4l-4 13.4-3.4-5.4zM9.4 11.4l7.2-7.8',
  download: 'M10 3.2v9.4M6.4 9.2l3.6 3.6 3.6-3.6M4 16.6h12',
  locate: 'M10 5.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8zM10 2v3M10 15v3M2 10h3M15 10h3',
  recentre: 'M3.4 9.2 16.6 3.4 10.8 16.6 9 11z',
  fit: 'M3.6 7.6v-4h4M16.4 7.6v-4h-4M3.6 12.4v4h4M16.4 12.4v4h-4',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
} as const;

export function Icon({ name }: { name: keyof typeof ICONS }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
