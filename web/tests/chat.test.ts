import { beforeEach, describe, expect, it, vi } from "vitest";
import { Chat } from "../src/widget/chat";
import { timeline } from "../src/widget/core/timeline";
import type { EventPage, LoggedEvent, Outgoing } from "../src/widget/core/types";
import { ApiError, type Api } from "../src/widget/net/api";
import { exclusively } from "../src/widget/net/session";
import type { OpenSocket } from "../src/widget/net/socket";
import { message } from "./fakes";

/** The chat API with customers, conversations and sessions that can end. */
class FakeApi {
  readonly base = "https://chat.example/api/chat/";
  readonly sessions = new Map<string, { owner: string | null; log: LoggedEvent[] }>();
  readonly usedTokens: string[] = [];
  refuseIdentity = false;
  private count = 0;

  async createSession(identity: string | null) {
    if (identity && this.refuseIdentity) throw new ApiError(422, "bad token");
    const token = `session-${++this.count}`;
    this.sessions.set(token, { owner: this.useToken(identity), log: [message(1, { text: `greeting ${this.count}` })] });
    return { token, conversation_id: `c-${this.count}`, cursor: 0 };
  }

  async identify(token: string, identity: string) {
    const session = this.session(token);
    const who = this.useToken(identity);
    if (session.owner && session.owner !== who) throw new ApiError(409, "other customer");
    session.owner = who;
  }

  async endSession(token: string) {
    this.sessions.delete(token);
  }

  async send(token: string, item: Outgoing) {
    const { log } = this.session(token);
    const seq = log.length + 1;
    log.push(message(seq, { author: "customer", text: item.text, client_id: item.clientId }));
    return { seq };
  }

  async events(token: string, after: number): Promise<EventPage> {
    const events = this.session(token).log.filter((event) => event.seq > after);
    return { events, cursor: events.at(-1)?.seq ?? after };
  }

  /** As the server does, takes each identity token only once. */
  private useToken(identity: string | null): string | null {
    if (identity && this.usedTokens.includes(identity)) throw new ApiError(422, "used before");
    if (identity) this.usedTokens.push(identity);
    return identity?.split("#")[0] ?? null;
  }

  private session(token: string) {
    const session = this.sessions.get(token);
    if (!session) throw new ApiError(401, "over");
    return session;
  }
}

const quiet: OpenSocket = (_token, _after, _hooks, signal) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve({ opened: true, received: true })));

function setUp() {
  const api = new FakeApi();
  let who: string | null = null;
  let fetched = 0;
  const identity = async (): Promise<string | null> => who && `${who}#${++fetched}`;
  const make = (): Chat =>
    new Chat({ api: api as unknown as Api, openSocket: quiet, identity, locale: () => "en", exclusive: exclusively() });
  const chat = make();
  return { api, chat, make, signIn: (name: string | null) => void (who = name) };
}

const texts = (chat: Chat): string[] =>
  timeline(chat.store.state()).flatMap((line) => (line.kind === "message" ? line.message.text : []));
const eventually = (chat: Chat, expected: string[]): Promise<void> =>
  vi.waitFor(() => expect(texts(chat)).toEqual(expected));

beforeEach(() => localStorage.clear());

describe("a session", () => {
  it("begins when the chat is first opened, not before", async () => {
    const { api, chat } = setUp();
    chat.resume();
    expect(api.sessions.size).toBe(0);
    chat.open();
    await eventually(chat, ["greeting 1"]);
  });

  it("is taken up after a reload, with what was not sent", async () => {
    const { api, chat, make } = setUp();
    const send = vi.spyOn(api, "send").mockRejectedValue(new ApiError(0, null));
    chat.open();
    await eventually(chat, ["greeting 1"]);
    chat.sendText("hello");
    await vi.waitFor(() => expect(chat.store.state().pending[0]?.delivery).toBe("waiting"));
    send.mockRestore();
    const reloaded = make();
    reloaded.resume();
    await vi.waitFor(() => expect(reloaded.store.state().pending[0]?.delivery).toBe("sent"));
    expect([...api.sessions.values()].map(({ log }) => log.length)).toEqual([2]);
    expect(texts(reloaded)).toEqual(["greeting 1", "hello"]);
  });

  it("is followed by another when it has expired, and nothing written is lost", async () => {
    const { api, chat } = setUp();
    chat.open();
    await eventually(chat, ["greeting 1"]);
    api.sessions.clear();
    chat.sendText("hello");
    await eventually(chat, ["greeting 2", "hello"]);
  });

  it("goes on without a name when the identity token is refused", async () => {
    const { api, chat, signIn } = setUp();
    vi.spyOn(console, "warn").mockReturnValue();
    api.refuseIdentity = true;
    signIn("anna");
    chat.open();
    await eventually(chat, ["greeting 1"]);
  });
});

describe("the customer", () => {
  it("keeps the conversation when they sign in, and each token is fresh", async () => {
    const { api, chat, signIn } = setUp();
    chat.open();
    await eventually(chat, ["greeting 1"]);
    signIn("anna");
    await chat.identify();
    await chat.identify();
    expect(api.sessions.get("session-1")?.owner).toBe("anna");
    expect(new Set(api.usedTokens).size).toBe(2);
  });

  it("sees nothing of another customer's conversation, nor sends what the other wrote", async () => {
    const { api, chat, signIn } = setUp();
    signIn("anna");
    chat.open();
    await eventually(chat, ["greeting 1"]);
    const send = vi.spyOn(api, "send").mockRejectedValue(new ApiError(0, null));
    chat.sendText("anna's secret");
    await vi.waitFor(() => expect(chat.store.state().pending[0]?.delivery).toBe("waiting"));
    send.mockRestore();
    signIn("ben");
    await chat.identify();
    await eventually(chat, ["greeting 2"]);
    expect([...api.sessions.entries()].map(([token, { owner }]) => [token, owner])).toEqual([["session-2", "ben"]]);
  });

  it("leaves nothing behind on signing out", async () => {
    const { api, chat } = setUp();
    chat.open();
    chat.sendText("private");
    await eventually(chat, ["greeting 1", "private"]);
    chat.logout();
    expect(texts(chat)).toEqual([]);
    expect(chat.store.state().open).toBe(false);
    expect(Object.keys(localStorage).filter((key) => /session|out\./.test(key))).toEqual([]);
    await vi.waitFor(() => expect(api.sessions.size).toBe(0));
  });
});
