export function Logo() {
  return (
    <span className="logo">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path className="logo-way" d="M4 20c0-6 4.5-5.5 8-8s8-2 8-8" />
        <circle className="logo-dot" cx="4" cy="20" r="2.6" />
        <path className="logo-car" d="M20 .8 23 7l-3-1.5L17 7z" />
      </svg>
      Tripcast
    </span>
  );
}
