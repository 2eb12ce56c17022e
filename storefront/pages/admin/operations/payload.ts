/** JSON as people read it; what is no JSON stays as it came, for that may be just what was wrong with it. */
export function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
