import type { Envelope, LauncherLabels, PageEvent, ToChat, ToPage } from "../protocol";
import { STYLES } from "./styles";

type Identify = () => Promise<string> | string;
type Listener = (detail?: unknown) => void;
type Command = [name: string, ...values: unknown[]];

interface Api {
  identify(callback: Identify): void;
  logout(): void;
  setLocale(locale: string): void;
  open(): void;
  close(): void;
  on(event: PageEvent, listener: Listener): void;
  push(...commands: Command[]): void;
}

declare global {
  interface Window {
    Aftercare?: Command[] | Api;
  }
}

function start(script: HTMLScriptElement, queued: Command[]): void {
  const chat = new URL(script.src).origin;
  const { dataset } = script;
  const listeners: Partial<Record<PageEvent, Listener[]>> = {};
  const early: ToChat[] = [];
  let provider: Identify | null = null;
  let ready = false;
  let isOpen = false;
  let labels: LauncherLabels = { open: "Chat", close: "Chat", frame: "Chat" };
  let unread = "";

  const make = <K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K] => document.createElement(tag);
  const root = make("div");
  const shadow = root.attachShadow({ mode: "open" });
  const button = make("button");
  const frame = make("iframe");
  const icon = make("i");
  const badge = make("b");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  button.append(icon, badge);
  // What is no colour the browser ignores, and the one in the style sheet stays.
  button.style.backgroundColor = dataset.color ?? "";

  const say = (message: ToChat): void => {
    if (ready) frame.contentWindow?.postMessage({ aftercare: message }, chat);
    else early.push(message);
  };
  const emit = (event: PageEvent, detail?: unknown): void => listeners[event]?.forEach((listener) => listener(detail));
  const draw = (): void => {
    frame.className = isOpen ? "" : "shut";
    icon.className = frame.className && "chat";
    button.ariaExpanded = String(isOpen);
    button.ariaLabel = (isOpen ? labels.close : labels.open) + unread;
    frame.title = labels.frame;
  };
  const show = (open: boolean): void => {
    if (open === isOpen) return;
    isOpen = open;
    draw();
    if (open) frame.focus();
    else button.focus();
    say({ type: open ? "open" : "close" });
    emit(open ? "open" : "close");
  };
  const answer = async (id: number): Promise<void> => {
    let token: string | null = null;
    try {
      token = (await provider?.()) ?? null;
    } catch (error) {
      console.warn("Aftercare:", error);
    }
    say({ type: "token", id, token });
  };

  const api: Api = {
    identify(callback) {
      provider = callback;
      say({ type: "identify" });
    },
    logout() {
      provider = null;
      say({ type: "logout" });
    },
    setLocale: (value) => say({ type: "locale", locale: value }),
    open: () => show(true),
    close: () => show(false),
    on(event, listener) {
      (listeners[event] ||= []).push(listener);
      if (event === "ready" && ready) listener();
    },
    push: (...commands) =>
      commands.forEach(([name, ...values]) => (api as unknown as Record<string, Listener>)[name]?.(...(values as []))),
  };

  const hear = (message: ToPage): void => {
    if (message.type === "ready") {
      labels = message.labels;
      button.style.color = message.ink;
      if (!ready) {
        ready = true;
        early.forEach(say);
        emit("ready");
      }
    } else if (message.type === "unread") {
      badge.textContent = message.badge;
      unread = message.label;
      emit("unread", message.count);
    } else if (message.type === "token") void answer(message.id);
    else if (message.type === "message") emit("message", message.detail);
    else show(message.type === "open");
    draw();
  };

  addEventListener("message", (event: MessageEvent<Partial<Envelope<ToPage>> | null>) => {
    if (event.source === frame.contentWindow && event.origin === chat && event.data?.aftercare) hear(event.data.aftercare);
  });
  button.onclick = () => show(!isOpen);
  const view = window.visualViewport;
  view?.addEventListener("resize", () => frame.style.setProperty("--h", `${view.height * view.scale}px`));
  const locale = document.documentElement.lang;
  const settings = new URLSearchParams({ locale, ...dataset, origin: location.origin });
  frame.src = `${new URL("widget/", script.src)}#${settings}`;
  draw();
  shadow.append(button, frame);
  document.body.append(root);
  window.Aftercare = api;
  api.push(...queued);
}

const script = document.currentScript as HTMLScriptElement;
const before = window.Aftercare;
if (!before || Array.isArray(before)) {
  const begin = (): void => start(script, (window.Aftercare as Command[] | undefined) ?? []);
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
