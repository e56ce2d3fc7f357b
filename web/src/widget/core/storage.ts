const PREFIX = "aftercare.";

/**
 * What this browser keeps between pages. Where the browser forbids it (blocked third-party storage, private
 * windows, a full disk) things are kept in memory: the chat works, but a reload starts anew.
 */
export class BrowserStorage {
  private readonly memory = new Map<string, string>();

  constructor(private readonly area: Storage | null = localArea()) {}

  get(key: string): string | null {
    return this.memory.get(key) ?? this.attempt((area) => area.getItem(PREFIX + key)) ?? null;
  }

  set(key: string, value: string): void {
    const kept = this.attempt((area) => {
      area.setItem(PREFIX + key, value);
      return true;
    });
    if (kept) this.memory.delete(key);
    else this.memory.set(key, value);
  }

  remove(key: string): void {
    this.memory.delete(key);
    this.attempt((area) => area.removeItem(PREFIX + key));
  }

  keys(start: string): string[] {
    const stored = this.attempt((area) => Object.keys(area)) ?? [];
    const own = stored.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
    return [...new Set([...own, ...this.memory.keys()])].filter((key) => key.startsWith(start));
  }

  /** Calls back when another tab changed something; `null` stands for everything. */
  watch(changed: (key: string | null) => void): void {
    addEventListener("storage", (event) => {
      if (event.key === null) changed(null);
      else if (event.key.startsWith(PREFIX)) changed(event.key.slice(PREFIX.length));
    });
  }

  private attempt<T>(use: (area: Storage) => T): T | undefined {
    try {
      return this.area ? use(this.area) : undefined;
    } catch {
      return undefined;
    }
  }
}

function localArea(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
