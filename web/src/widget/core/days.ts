/** Midnight, where the customer is. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
