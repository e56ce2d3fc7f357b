import { pauseAfter } from "../core/backoff";
import type { Outbox } from "../core/outbox";
import type { Delivery } from "../core/state";
import type { Outgoing } from "../core/types";
import { ApiError } from "./api";
import type { Exclusive, Session } from "./session";

export interface SenderHooks {
  delivery(clientId: string, delivery: Delivery): void;
  sent(clientId: string, seq: number): void;
  /** Something left the outbox or was refused. */
  outboxChanged(): void;
}

export interface SenderSession {
  ensure(): Promise<Session>;
  expire(session: Session): void;
}

const SESSIONS_PER_PASS = 3;

/**
 * Sends what the outbox holds, one at a time and oldest first. A message leaves the outbox only when the server
 * has it; its `client_id` makes sending it again harmless.
 */
export class Sender {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private passing = false;
  private again = false;
  private failures = 0;

  constructor(
    private readonly outbox: Outbox,
    private readonly session: SenderSession,
    private readonly post: (token: string, item: Outgoing) => Promise<{ seq: number }>,
    private readonly hooks: SenderHooks,
    private readonly exclusive: Exclusive,
  ) {}

  /** Sends now what can be sent. */
  kick(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.passing) this.again = true;
    else void this.pass();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.failures = 0;
  }

  private async pass(): Promise<void> {
    this.passing = true;
    do {
      this.again = false;
      if (this.outbox.next()) await this.exclusive("send", () => this.drain());
    } while (this.again);
    this.passing = false;
  }

  private async drain(): Promise<void> {
    let sessions = 0;
    for (let item = this.outbox.next(); item; item = this.outbox.next()) {
      const error = await this.attempt(item);
      if (!error) continue;
      if (error.status === 401 && ++sessions < SESSIONS_PER_PASS) continue;
      if (error.temporary || error.status === 401) return this.tryLater(error);
      this.outbox.refuse(item.clientId, error.detail ?? String(error.status));
      this.hooks.outboxChanged();
    }
  }

  /** Sends one message; returns why it failed, or nothing. */
  private async attempt(item: Outgoing): Promise<ApiError | null> {
    this.hooks.delivery(item.clientId, "sending");
    try {
      const session = await this.session.ensure();
      if (!this.outbox.has(item.clientId)) return null;
      const { seq } = await this.send(session, item);
      this.failures = 0;
      this.hooks.sent(item.clientId, seq);
      this.outbox.remove(item.clientId);
      this.hooks.outboxChanged();
      return null;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  private async send(session: Session, item: Outgoing): Promise<{ seq: number }> {
    try {
      return await this.post(session.token, item);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.session.expire(session);
      throw error;
    }
  }

  /** What stands behind the message that failed waits with it. */
  private tryLater(error: ApiError): void {
    this.failures += 1;
    this.outbox.items().forEach((item) => item.refused ?? this.hooks.delivery(item.clientId, "waiting"));
    const pause = Math.max(error.retryAfterMs ?? 0, pauseAfter(this.failures));
    this.timer = setTimeout(() => this.kick(), pause);
  }
}
