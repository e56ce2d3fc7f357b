import type { Envelope, ToChat, ToPage } from "../../protocol";

const IDENTITY_LIMIT_MS = 10_000;

/**
 * The line to the shop's page. It hears only its parent, and only at the origin that the loader named; what it
 * says the browser hands to that origin alone.
 */
export class Bridge {
  private asked = 0;
  private readonly waiting = new Map<number, (token: string | null) => void>();

  constructor(
    private readonly origin: string | null,
    private readonly parent: Window = window.parent,
    private readonly self: Window = window,
  ) {}

  get connected(): boolean {
    return this.origin !== null && this.parent !== this.self;
  }

  listen(hear: (message: ToChat) => void): void {
    this.self.addEventListener("message", (event: MessageEvent<Partial<Envelope<ToChat>> | null>) => {
      if (!this.connected || event.source !== this.parent || event.origin !== this.origin) return;
      const message = event.data?.aftercare;
      if (!message) return;
      if (message.type === "token") this.answer(message.id, message.token);
      else hear(message);
    });
  }

  say(message: ToPage): void {
    if (this.connected) this.parent.postMessage({ aftercare: message }, this.origin as string);
  }

  /** A fresh identity token from the shop's page; nothing if it does not offer one in time. */
  identityToken(): Promise<string | null> {
    if (!this.connected) return Promise.resolve(null);
    const id = ++this.asked;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, null), IDENTITY_LIMIT_MS);
      this.waiting.set(id, (token) => {
        clearTimeout(timer);
        resolve(token);
      });
      this.say({ type: "token", id });
    });
  }

  private answer(id: number, token: unknown): void {
    this.waiting.get(id)?.(typeof token === "string" && token ? token : null);
    this.waiting.delete(id);
  }
}
