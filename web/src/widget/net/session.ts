import type { BrowserStorage } from "../core/storage";
import { ApiError, type Api } from "./api";

export const SESSION_KEY = "session";

export interface Session {
  token: string;
  conversationId: string;
}

/** Asks the shop's page who the customer is; `null` when it does not say. */
export type IdentitySource = () => Promise<string | null>;

/** Runs work that no other tab may do at the same time. */
export type Exclusive = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** The token that opens the conversation: one for all tabs of this browser. */
export class SessionKeeper {
  constructor(
    private readonly api: Api,
    private readonly storage: BrowserStorage,
    private readonly identity: IdentitySource,
    private readonly locale: () => string,
    private readonly exclusive: Exclusive,
    /** Told of every change made by this tab; other tabs learn of it from the storage. */
    private readonly changed: () => void,
  ) {}

  current(): Session | null {
    try {
      const kept = JSON.parse(this.storage.get(SESSION_KEY) ?? "null") as Session | null;
      return kept && typeof kept.token === "string" ? kept : null;
    } catch {
      return null;
    }
  }

  /** The session there is, or a new one. */
  ensure(): Promise<Session> {
    const now = this.current();
    if (now) return Promise.resolve(now);
    return this.exclusive("session", async () => this.current() ?? this.create());
  }

  /** After the server has said that this session is over. Another tab may have started the next one already. */
  expire(ended: Session): void {
    if (this.current()?.token !== ended.token) return;
    this.storage.remove(SESSION_KEY);
    this.changed();
  }

  /** Tells the server who the customer is. Says whether a new session began, because it is somebody else. */
  async identify(): Promise<"same" | "other" | "expired"> {
    const session = this.current();
    const token = session && (await this.identity());
    if (!session || !token) return "same";
    try {
      await this.api.identify(session.token, token);
      return "same";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 409) return "other";
      if (error.status === 401) return "expired";
      console.warn(`Aftercare: the identity token was not accepted (${error.message})`);
      return "same";
    }
  }

  /** Forgets the session here and on the server. Without an answer it is forgotten here all the same. */
  end(): void {
    const session = this.current();
    this.storage.remove(SESSION_KEY);
    this.changed();
    if (session) this.api.endSession(session.token).catch(() => undefined);
  }

  private async create(): Promise<Session> {
    const { token, conversation_id } = await this.request(await this.identity());
    const session = { token, conversationId: conversation_id };
    this.storage.set(SESSION_KEY, JSON.stringify(session));
    this.changed();
    return session;
  }

  /** A token that the server refuses must not keep a customer from asking; they ask without a name. */
  private async request(identityToken: string | null): ReturnType<Api["createSession"]> {
    try {
      return await this.api.createSession(identityToken, this.locale());
    } catch (error) {
      const refused = identityToken && error instanceof ApiError && !error.temporary;
      if (!refused) throw error;
      console.warn(`Aftercare: the identity token was not accepted (${error.message})`);
      return this.api.createSession(null, this.locale());
    }
  }
}

/** Across tabs where the browser lends us locks, else within this one. */
export function exclusively(locks?: LockManager): Exclusive {
  const here = withinThisTab();
  let lent: LockManager | undefined = locks;
  return async (name, work) => {
    let begun = false;
    const once = (): ReturnType<typeof work> => {
      begun = true;
      return work();
    };
    try {
      if (lent) return await (lent.request(`aftercare.${name}`, once) as ReturnType<typeof work>);
    } catch (error) {
      // Where a page's storage is blocked the lock is denied before the work begins.
      if (begun) throw error;
      lent = undefined;
    }
    return here(name, work);
  };
}

function withinThisTab(): Exclusive {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(work, work);
    tails.set(name, turn);
    return turn;
  };
}
