/** In the strokes of GraphiQL's own icons; the button around each has its name. */
export function CollectionIcon() {
  return (
    <svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <rect x="3.5" y="4" width="17" height="4.5" rx="1" />
      <rect x="3.5" y="10.75" width="17" height="4.5" rx="1" />
      <path d="M 4 20 H 14" strokeLinecap="round" />
    </svg>
  );
}

export function MapIcon() {
  return (
    <svg viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="12" cy="5" r="2.5" />
      <circle cx="5" cy="18" r="2.5" />
      <circle cx="19" cy="18" r="2.5" />
      <path d="M 10.8 7.2 L 6.2 15.8 M 13.2 7.2 L 17.8 15.8 M 7.5 18 H 16.5" />
    </svg>
  );
}
