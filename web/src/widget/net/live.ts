import { pauseAfter, sleep } from "../core/backoff";
import type { Connection } from "../core/state";
import type { EventPage, ServerEvent } from "../core/types";
import { ApiError } from "./api";
import type { OpenSocket } from "./socket";

const POLL_SECONDS = 25;
const SOCKET_TRIES = 2;
const SOCKET_REST_MS = 120_000;
const OVERDUE_MS = 4_000;
const SHORTEST_ROUND_MS = 500;

export interface LiveHooks {
  events(events: readonly ServerEvent[], cursor: number): void;
  /** All that was there when we connected has been handed over. */
  settled(): void;
  connection(connection: Connection): void;
  unauthorized(): void;
}

export type Poll = (token: string, after: number, wait: number, signal: AbortSignal) => Promise<EventPage>;

/**
 * Brings the conversation's events, in order, for as long as it runs. Each round fetches what is missing by
 * cursor (which also tells an expired token from a lost network) and then listens on a WebSocket; where
 * sockets do not get through, the fetch itself waits for news.
 */
export class Live {
  private run: AbortController | null = null;
  private round = new AbortController();
  private cursor = 0;
  private caughtUp = false;
  private socketFailures = 0;
  private socketAgainAt = 0;
  private overdue: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly poll: Poll,
    private readonly openSocket: OpenSocket,
    private readonly hooks: LiveHooks,
    private readonly now: () => number = Date.now,
  ) {}

  start(token: string): void {
    this.stop();
    this.cursor = 0;
    this.caughtUp = false;
    this.run = new AbortController();
    void this.loop(token, this.run.signal);
  }

  stop(): void {
    this.run?.abort();
    this.run = null;
    this.round.abort();
    clearTimeout(this.overdue);
  }

  /** Begins the next round at once: the network is back, or the page is looked at again. */
  nudge(): void {
    this.round.abort();
  }

  /** The server has given this number to a message: if it does not arrive here soon, the line is dead. */
  expect(seq: number): void {
    clearTimeout(this.overdue);
    this.overdue = setTimeout(() => seq > this.cursor && this.nudge(), OVERDUE_MS);
  }

  private async loop(token: string, running: AbortSignal): Promise<void> {
    let failures = 0;
    while (!running.aborted) {
      this.round = new AbortController();
      const { signal } = this.round;
      const began = this.now();
      try {
        await this.oneRound(token, signal, running);
        failures = 0;
      } catch (error) {
        if (running.aborted) return;
        if (error instanceof ApiError && error.status === 401) return this.hooks.unauthorized();
        if (signal.aborted) continue;
        failures += 1;
        this.hooks.connection("lost");
        await sleep(pauseFor(error, failures), signal);
      }
      await sleep(Math.max(0, SHORTEST_ROUND_MS - (this.now() - began)), running);
    }
  }

  private async oneRound(token: string, signal: AbortSignal, running: AbortSignal): Promise<void> {
    const bySocket = this.socketFailures < SOCKET_TRIES || this.now() >= this.socketAgainAt;
    const wait = bySocket || !this.caughtUp ? 0 : POLL_SECONDS;
    const page = await this.poll(token, this.cursor, wait, signal);
    if (running.aborted) return;
    this.take(page.events, page.cursor);
    this.hooks.connection("live");
    if (!this.caughtUp) this.hooks.settled();
    this.caughtUp = true;
    if (bySocket) await this.listen(token, signal, running);
  }

  private async listen(token: string, signal: AbortSignal, running: AbortSignal): Promise<void> {
    const began = this.now();
    const hooks = {
      opened: () => this.hooks.connection("live"),
      events: (events: ServerEvent[]) => running.aborted || this.take(events, 0),
    };
    const life = await this.openSocket(token, this.cursor, hooks, signal);
    const useful = life.received || (life.opened && this.now() - began > OVERDUE_MS);
    if (useful) this.socketFailures = 0;
    else if (!signal.aborted) this.countFailure();
  }

  private countFailure(): void {
    this.socketFailures += 1;
    this.socketAgainAt = this.now() + SOCKET_REST_MS;
  }

  private take(events: readonly ServerEvent[], cursor: number): void {
    const seqs = events.map((event) => ("seq" in event ? event.seq : 0));
    this.cursor = Math.max(this.cursor, cursor || 0, ...seqs);
    if (events.length) this.hooks.events(events, this.cursor);
  }
}

function pauseFor(error: unknown, failures: number): number {
  const asked = error instanceof ApiError ? error.retryAfterMs : null;
  return Math.max(asked ?? 0, pauseAfter(failures));
}
