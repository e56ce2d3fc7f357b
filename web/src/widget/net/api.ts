import type { EventPage, Outgoing } from "../core/types";

/** The server's refusal, with words that a person can act on where it gave some. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string | null,
    readonly retryAfterMs: number | null = null,
  ) {
    super(detail ?? `status ${status}`);
  }

  /** The same request may go through later. Status 0: no answer at all. */
  get temporary(): boolean {
    return this.status === 0 || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

export interface NewSession {
  token: string;
  conversation_id: string;
  cursor: number;
}

const TIME_LIMIT_MS = 15_000;

interface Call {
  method?: string;
  token?: string;
  body?: unknown;
  signal?: AbortSignal;
  timeLimitMs?: number;
  keepalive?: boolean;
}

/** The chat API over HTTP. `base` ends in `/api/chat/`. */
export class Api {
  constructor(
    readonly base: string,
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  createSession(identityToken: string | null, locale: string): Promise<NewSession> {
    const body = identityToken ? { identity_token: identityToken, locale } : { locale };
    return this.call("sessions", { method: "POST", body });
  }

  async identify(token: string, identityToken: string): Promise<void> {
    await this.call("identity", { method: "POST", token, body: { identity_token: identityToken } });
  }

  async endSession(token: string): Promise<void> {
    await this.call("sessions", { method: "DELETE", token, keepalive: true });
  }

  send(token: string, item: Outgoing): Promise<{ seq: number }> {
    return this.call("messages", { method: "POST", token, body: messageBody(item) });
  }

  events(token: string, after: number, wait: number, signal?: AbortSignal): Promise<EventPage> {
    const query = new URLSearchParams({ after: String(after), wait: String(wait) });
    const timeLimitMs = TIME_LIMIT_MS + wait * 1000;
    return this.call(`events?${query}`, { token, timeLimitMs, ...(signal && { signal }) });
  }

  async feedback(token: string, score: number, words: string): Promise<void> {
    await this.call("feedback", { method: "POST", token, body: words ? { score, words } : { score } });
  }

  private async call<T>(path: string, options: Call): Promise<T> {
    const response = await this.fetch(path, options);
    if (!response.ok) throw await problemOf(response);
    if (response.status === 204) return undefined as T;
    return (await response.json().catch(() => {
      throw new ApiError(0, null);
    })) as T;
  }

  private async fetch(path: string, { method = "GET", token, body, ...rest }: Call): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const limit = timeLimit(rest.timeLimitMs ?? TIME_LIMIT_MS, rest.signal);
    try {
      return await this.fetcher(this.base + path, {
        method,
        headers,
        cache: "no-store",
        credentials: "omit",
        signal: limit.signal,
        keepalive: rest.keepalive ?? false,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiError(0, null);
    } finally {
      limit.clear();
    }
  }
}

function messageBody(item: Outgoing): Record<string, unknown> {
  const attachments = item.attachments?.map(({ id }) => id);
  return {
    client_id: item.clientId,
    ...(item.choice ? { choice: item.choice } : item.text && { text: item.text }),
    ...(attachments?.length && { attachment_ids: attachments }),
  };
}

function timeLimit(ms: number, outer?: AbortSignal): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort);
  const clear = (): void => {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, clear };
}

async function problemOf(response: Response): Promise<ApiError> {
  const problem: unknown = await response.json().catch(() => null);
  return new ApiError(response.status, detailOf(problem), retryAfter(response.headers.get("Retry-After")));
}

/** The `detail` of a problem document (RFC 9457), else its title. */
export function detailOf(problem: unknown): string | null {
  const { detail, title } = (problem ?? {}) as { detail?: unknown; title?: unknown };
  if (typeof detail === "string" && detail) return detail;
  return typeof title === "string" && title ? title : null;
}

function retryAfter(header: string | null): number | null {
  const seconds = Number(header ?? NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 120) * 1000 : null;
}
