import type { Translator } from "./core/i18n";
import { unreadCount, type ChatState } from "./core/state";
import type { Bridge } from "./net/bridge";

/** Tells the shop's page what it may know: that something happened, never what was said. */
export class Outward {
  private told = 0;

  constructor(
    private readonly bridge: Bridge,
    private readonly ink: string,
    private readonly t: () => Translator,
  ) {}

  ready(state: ChatState): void {
    const t = this.t();
    this.bridge.say({ type: "ready", ink: this.ink, labels: [t("open_chat"), t("close_chat"), t("chat")] });
    this.unread(unseen(state));
  }

  tell(state: ChatState, before: ChatState): void {
    if (state.open !== before.open) this.bridge.say({ type: state.open ? "open" : "close" });
    const count = unseen(state);
    if (count !== this.told) this.unread(count);
    if (before.settled && state.session === before.session) this.news(state, before);
  }

  private unread(count: number): void {
    this.told = count;
    const badge = count > 99 ? "99+" : String(count || "");
    const label = count ? `. ${this.t()("unread", { n: count })}` : "";
    this.bridge.say({ type: "unread", count, badge, label });
  }

  private news(state: ChatState, before: ChatState): void {
    for (const event of state.events) {
      if (event.type !== "message" || event.seq <= before.cursor) continue;
      const { seq, author, at } = event;
      this.bridge.say({ type: "message", detail: { seq, author, at } });
    }
  }
}

/** What comes in before the customer's eyes is not announced as unread first. */
function unseen(state: ChatState): number {
  const looking = state.open && document.visibilityState === "visible";
  return looking ? 0 : unreadCount(state);
}
