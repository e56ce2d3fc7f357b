import type { Envelope, LauncherLabels, PageEvent, ToChat, ToPage } from "../protocol";
import { build } from "./elements";

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
  let labels: LauncherLabels = ["Chat", "Chat", "Chat"];
  let unread = "";

  const settings = new URLSearchParams({ locale: document.documentElement.lang, ...dataset, origin: location.origin });
  const [button, frame, icon, badge] = build(`${new URL("widget/", script.src)}#${settings}`, dataset.color ?? "");

  const say = (message: ToChat): void => {
    if (ready) frame.contentWindow?.postMessage({ aftercare: message }, chat);
    else early.push(message);
  };
  const emit = (event: PageEvent, detail?: unknown): void => listeners[event]?.forEach((listener) => listener(detail));
  const draw = (): void => {
    frame.className = isOpen ? "" : "shut";
    icon.className = frame.className && "chat";
    button.ariaExpanded = String(isOpen);
    button.ariaLabel = labels[+isOpen] + unread;
    frame.title = labels[2];
  };
  const show = (open: boolean): void => {
    if (open === isOpen) return;
    isOpen = open;
    draw();
    (open ? frame : button).focus();
    const type = open ? "open" : "close";
    say({ type });
    emit(type);
  };
  const answer = async (id: number): Promise<void> => {
    let token: string | undefined;
    try {
      token = await provider?.();
    } catch (error) {
      console.warn(error);
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
  draw();
  window.Aftercare = api;
  api.push(...queued);
}

const script = document.currentScript as HTMLScriptElement;
// A page may name the script twice; the second does nothing.
if (!(window.Aftercare as Partial<Api> | undefined)?.open) {
  const begin = (): void => start(script, (window.Aftercare as Command[] | undefined) ?? []);
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
