import type { ServerEvent } from "../core/types";

const OPEN_LIMIT_MS = 8_000;

/** How a socket's life went: one that brought nothing may be blocked on the way. */
export interface SocketLife {
  opened: boolean;
  received: boolean;
}

export interface SocketHooks {
  opened(): void;
  events(events: ServerEvent[]): void;
}

export type OpenSocket = (token: string, after: number, hooks: SocketHooks, signal: AbortSignal) => Promise<SocketLife>;

/** One WebSocket from opening to closing. The token goes in the first frame, never into the address. */
export function socketTo(url: string, Socket: typeof WebSocket = WebSocket): OpenSocket {
  return (token, after, hooks, signal) =>
    new Promise((resolve) => {
      const life: SocketLife = { opened: false, received: false };
      const socket = construct(Socket, url);
      if (!socket) return resolve(life);
      const timer = setTimeout(() => life.opened || finish(), OPEN_LIMIT_MS);
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        socket.onclose = socket.onerror = socket.onmessage = socket.onopen = null;
        socket.close();
        resolve(life);
      };
      socket.onopen = () => {
        life.opened = true;
        socket.send(JSON.stringify({ token, after }));
        hooks.opened();
      };
      socket.onmessage = (frame) => {
        const events = parseFrame(frame.data);
        life.received ||= events.length > 0;
        if (events.length) hooks.events(events);
      };
      socket.onclose = socket.onerror = finish;
      if (signal.aborted) finish();
      else signal.addEventListener("abort", finish);
    });
}

function construct(Socket: typeof WebSocket, url: string): WebSocket | null {
  try {
    return new Socket(url);
  } catch {
    return null;
  }
}

/** A frame holds one event, or a page of them as the long poll gives it. */
export function parseFrame(data: unknown): ServerEvent[] {
  try {
    const frame = JSON.parse(String(data)) as { events?: unknown; type?: unknown } | null;
    const events: unknown[] = Array.isArray(frame?.events) ? frame.events : [frame];
    return events.filter((event) => typeof (event as ServerEvent | null)?.type === "string") as ServerEvent[];
  } catch {
    return [];
  }
}
