import type { BrowserStorage } from "./storage";
import type { Attachment, Outgoing } from "./types";

const KEY = "out.";

/**
 * What was written and not yet accepted, kept in the browser so that no reload loses it. Each message has a key
 * of its own: two tabs writing at once cannot overwrite each other.
 */
export class Outbox {
  constructor(
    private readonly storage: BrowserStorage,
    private readonly now: () => number = Date.now,
    private readonly newId: () => string = uuid,
  ) {}

  add(text: string, extra: { choice?: string; attachments?: Attachment[] } = {}): Outgoing {
    const last = this.items().at(-1)?.at ?? 0;
    const item: Outgoing = { clientId: this.newId(), text, at: Math.max(this.now(), last + 1), ...extra };
    this.write(item);
    return item;
  }

  /** Oldest first. */
  items(): Outgoing[] {
    const found = this.storage.keys(KEY).flatMap((key) => parse(this.storage.get(key)) ?? []);
    return found.sort((a, b) => a.at - b.at || (a.clientId < b.clientId ? -1 : 1));
  }

  next(): Outgoing | undefined {
    return this.items().find((item) => !item.refused);
  }

  has(clientId: string): boolean {
    return this.storage.get(KEY + clientId) !== null;
  }

  refuse(clientId: string, why: string): void {
    const item = parse(this.storage.get(KEY + clientId));
    if (item) this.write({ ...item, refused: why });
  }

  /** Puts what was refused back into the row. */
  restore(clientId: string): void {
    const item = parse(this.storage.get(KEY + clientId));
    if (!item) return;
    delete item.refused;
    this.write(item);
  }

  remove(clientId: string): void {
    this.storage.remove(KEY + clientId);
  }

  clear(): void {
    this.storage.keys(KEY).forEach((key) => this.storage.remove(key));
  }

  static owns(key: string): boolean {
    return key.startsWith(KEY);
  }

  private write(item: Outgoing): void {
    this.storage.set(KEY + item.clientId, JSON.stringify(item));
  }
}

function parse(raw: string | null): Outgoing | null {
  try {
    const item = JSON.parse(raw ?? "null") as Outgoing | null;
    return item && typeof item.clientId === "string" && typeof item.text === "string" ? item : null;
  } catch {
    return null;
  }
}

/** `crypto.randomUUID` exists only on https pages and localhost; a shop's test page may be neither. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
