import { pauseAfter, sleep } from "./core/backoff";
import { Marks, type Mark } from "./core/marks";
import { Outbox } from "./core/outbox";
import { arrivedIds } from "./core/state";
import { BrowserStorage } from "./core/storage";
import { createStore, type Store } from "./core/store";
import type { Attachment, Choice, ServerEvent } from "./core/types";
import { Api, ApiError } from "./net/api";
import { Live } from "./net/live";
import { Sender } from "./net/sender";
import { SESSION_KEY, SessionKeeper, exclusively, type Exclusive, type IdentitySource } from "./net/session";
import type { OpenSocket } from "./net/socket";
import { upload } from "./net/upload";

const LEFT_KEY = "left";
const TYPING_LIMIT_MS = 30_000;
const LONG_AWAY_MS = 30_000;

export interface ChatParts {
  api: Api;
  openSocket: OpenSocket;
  identity: IdentitySource;
  locale: () => string;
  storage?: BrowserStorage;
  exclusive?: Exclusive;
}

/** The conversation as the page uses it: ties session, sending and receiving to the state that is shown. */
export class Chat {
  readonly store: Store = createStore();
  private readonly storage: BrowserStorage;
  private readonly outbox: Outbox;
  private readonly marks: Marks;
  private readonly keeper: SessionKeeper;
  private readonly live: Live;
  private readonly sender: Sender;
  private readonly api: Api;
  private beginning: AbortController | null = null;
  private hiddenAt = Infinity;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor({ api, openSocket, identity, locale, storage, exclusive = exclusively(navigator.locks) }: ChatParts) {
    this.api = api;
    this.storage = storage ?? new BrowserStorage();
    this.outbox = new Outbox(this.storage);
    this.marks = new Marks(this.storage);
    const changed = (): void => this.followSession();
    this.keeper = new SessionKeeper(api, this.storage, identity, locale, exclusive, changed);
    this.live = new Live((token, ...rest) => api.events(token, ...rest), openSocket, this.liveHooks());
    this.sender = this.makeSender(exclusive);
  }

  /** Takes up what an earlier page left: its session, and what it could not send. */
  resume(): void {
    this.storage.watch((key) => this.followStorage(key));
    this.followSession();
    this.showOutbox();
    if (this.keeper.current() || this.outbox.next()) this.begin();
  }

  open(): void {
    this.store.dispatch({ type: "panel", open: true });
    this.begin();
    this.read();
  }

  close(): void {
    this.store.dispatch({ type: "panel", open: false });
  }

  sendText(text: string, attachments: Attachment[] = []): void {
    this.enqueue(text, attachments.length ? { attachments } : {});
  }

  choose(choice: Choice): void {
    this.enqueue(choice.title, { choice: choice.id });
  }

  /** Sends now what waits, and once more what was refused if it is named. */
  retry(clientId?: string): void {
    if (clientId) this.outbox.restore(clientId);
    this.showOutbox();
    this.sender.kick();
    this.begin();
  }

  remove(clientId: string): void {
    this.outbox.remove(clientId);
    this.showOutbox();
  }

  /** The page is looked at again, or the network is back: nothing waits for its next turn. */
  wake(): void {
    this.beginning?.abort();
    this.live.nudge();
    this.sender.kick();
    this.read();
  }

  /** The page is shown or hidden. A line that was left alone for long may be dead. */
  look(visible: boolean): void {
    if (!visible) {
      this.hiddenAt = Date.now();
      return;
    }
    if (Date.now() - this.hiddenAt > LONG_AWAY_MS) this.wake();
    else this.read();
  }

  async attach(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<Attachment> {
    const session = await this.keeper.ensure();
    try {
      const { id } = await upload(`${this.api.base}attachments`, session.token, file, progress, signal);
      return { id, name: file.name };
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.unauthorized();
      throw error;
    }
  }

  async rate(seq: number, score: number, words: string): Promise<void> {
    const { token } = await this.keeper.ensure();
    await this.api.feedback(token, score, words).catch((error: unknown) => {
      const alreadyGiven = error instanceof ApiError && error.status === 409;
      if (!alreadyGiven) throw error;
    });
    this.mark("rated", seq);
  }

  skipRating(seq: number): void {
    this.mark("rated", seq);
  }

  /** The shop's page can now say who the customer is. */
  async identify(): Promise<void> {
    const outcome = await this.keeper.identify().catch(() => "same");
    if (outcome === "expired") this.unauthorized();
    if (outcome !== "other") return;
    this.forget();
    this.begin();
  }

  logout(): void {
    this.storage.set(LEFT_KEY, String(Date.now()));
    this.leave();
  }

  private leave(): void {
    this.close();
    this.forget();
  }

  /** Nothing written or read under one name may be seen under another. */
  private forget(): void {
    this.beginning?.abort();
    this.sender.stop();
    this.outbox.clear();
    this.keeper.end();
    this.followSession(true);
  }

  private enqueue(text: string, extra: { choice?: string; attachments?: Attachment[] }): void {
    this.outbox.add(text, extra);
    this.showOutbox();
    this.sender.kick();
  }

  /** Starts the session, trying again for as long as somebody waits for it. */
  private begin(): void {
    if (!this.beginning) void this.tryToBegin();
  }

  private async tryToBegin(): Promise<void> {
    for (let failures = 1; !this.keeper.current() && this.isWanted(); failures += 1) {
      this.beginning = new AbortController();
      try {
        await this.keeper.ensure();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.store.dispatch({ type: "problem", problem: error.detail ?? "" });
        await sleep(Math.max(error.retryAfterMs ?? 0, pauseAfter(failures)), this.beginning.signal);
      }
    }
    this.beginning = null;
    this.sender.kick();
  }

  private isWanted(): boolean {
    return this.store.state().open || this.outbox.next() !== undefined;
  }

  private unauthorized(): void {
    const session = this.keeper.current();
    if (session) this.keeper.expire(session);
    if (this.isWanted()) this.begin();
  }

  /** Shows the session that is kept, whichever tab started or ended it. */
  private followSession(otherCustomer = false): void {
    const session = this.keeper.current();
    const id = session?.token ?? null;
    if (id === this.store.state().session && !otherCustomer) return;
    this.live.stop();
    const [readSeq, ratedSeq] = session
      ? [this.marks.get("read", session.conversationId), this.marks.get("rated", session.conversationId)]
      : [0, 0];
    this.store.dispatch({ type: "session", id, readSeq, ratedSeq, otherCustomer });
    this.showOutbox();
    if (session) this.live.start(session.token);
  }

  private followStorage(key: string | null): void {
    // Whoever signs out in one tab has signed out in all, and no tab may begin anew in their name.
    if (key === LEFT_KEY) return this.leave();
    if (key === null || Outbox.owns(key)) {
      this.showOutbox();
      this.sender.kick();
    }
    if (key === null || key === SESSION_KEY) {
      this.followSession(this.endedElsewhere());
      if (!this.keeper.current() && this.isWanted()) this.begin();
    }
    if (key !== null && Marks.isMark(key)) this.followMark(key);
  }

  /** Another tab may have ended the session because its customer has left. */
  private endedElsewhere(): boolean {
    return this.store.state().session !== null && !this.keeper.current();
  }

  private followMark(mark: Mark): void {
    const session = this.keeper.current();
    if (session) this.store.dispatch({ type: mark, seq: this.marks.get(mark, session.conversationId) });
  }

  private mark(mark: Mark, seq: number): void {
    const session = this.keeper.current();
    if (session) this.marks.set(mark, session.conversationId, seq);
    this.store.dispatch({ type: mark, seq });
  }

  private showOutbox(): void {
    this.store.dispatch({ type: "outbox", items: this.outbox.items() });
  }

  /** Everything on an open, visible page counts as read. */
  private read(): void {
    const { open, events, readSeq } = this.store.state();
    if (!open || document.visibilityState === "hidden") return;
    const last = events.findLast((event) => event.type === "message")?.seq ?? 0;
    if (last > readSeq) this.mark("read", last);
  }

  private receive(events: readonly ServerEvent[], cursor: number): void {
    for (const clientId of arrivedIds(events)) this.outbox.remove(clientId);
    this.store.dispatch({ type: "events", events, cursor });
    if (events.some((event) => event.type === "typing")) this.limitTyping();
    this.read();
  }

  private limitTyping(): void {
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.store.dispatch({ type: "typing_over" }), TYPING_LIMIT_MS);
  }

  private liveHooks(): ConstructorParameters<typeof Live>[2] {
    return {
      events: (events, cursor) => this.receive(events, cursor),
      settled: () => this.store.dispatch({ type: "settled" }),
      connection: (connection) => this.store.dispatch({ type: "connection", connection }),
      unauthorized: () => this.unauthorized(),
    };
  }

  private makeSender(exclusive: Exclusive): Sender {
    const post: ConstructorParameters<typeof Sender>[2] = (token, item) => this.api.send(token, item);
    const hooks = {
      delivery: (clientId: string, delivery: "sending" | "waiting" | "queued" | "sent") =>
        this.store.dispatch({ type: "delivery", clientId, delivery }),
      sent: (clientId: string, seq: number) => {
        this.store.dispatch({ type: "sent", clientId, seq });
        this.live.expect(seq);
      },
      outboxChanged: () => this.showOutbox(),
    };
    return new Sender(this.outbox, this.keeper, post, hooks, exclusive);
  }
}
