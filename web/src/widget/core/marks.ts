import type { BrowserStorage } from "./storage";

export type Mark = "read" | "rated";

/** How far this browser has read and answered in one conversation. Another conversation begins at nothing. */
export class Marks {
  constructor(private readonly storage: BrowserStorage) {}

  get(mark: Mark, conversationId: string): number {
    const [id, seq] = (this.storage.get(mark) ?? "").split(":");
    return id === conversationId ? Number(seq) || 0 : 0;
  }

  set(mark: Mark, conversationId: string, seq: number): void {
    if (seq > this.get(mark, conversationId)) this.storage.set(mark, `${conversationId}:${seq}`);
  }

  static isMark(key: string): key is Mark {
    return key === "read" || key === "rated";
  }
}
