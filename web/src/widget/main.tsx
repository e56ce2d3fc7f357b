import { render } from "preact";
import type { ToChat } from "../protocol";
import { Chat } from "./chat";
import { App } from "./components/App";
import { translator, type Translator } from "./core/i18n";
import { Outward } from "./outward";
import { applyTheme } from "./core/theme";
import { Api } from "./net/api";
import { Bridge } from "./net/bridge";
import { socketTo } from "./net/socket";
import "./styles/base.css";
import "./styles/panel.css";
import "./styles/log.css";
import "./styles/card.css";
import "./styles/composer.css";

const settings = new URLSearchParams(location.hash.slice(1));
const base = new URL("../", location.href).href.split("#")[0] as string;
const api = new Api(`${base}api/chat/`);
const bridge = new Bridge(settings.get("origin"));
const theme = applyTheme(settings.get("color"));

let locale = settings.get("locale") || navigator.language;
let t: Translator = translator(locale);

const chat = new Chat({
  api,
  openSocket: socketTo(`${api.base.replace(/^http/, "ws")}ws`),
  identity: () => bridge.identityToken(),
  locale: () => t.language,
});
const outward = new Outward(bridge, theme.ink, () => t);

function draw(): void {
  document.documentElement.lang = t.language;
  document.title = settings.get("title") || t("title");
  const close = bridge.connected ? () => chat.close() : null;
  render(
    <App state={chat.store.state()} surroundings={{ chat, t, base }} title={settings.get("title") ?? ""} close={close} />,
    document.getElementById("chat") as HTMLElement,
  );
}

function speak(wanted: string): void {
  locale = wanted;
  t = translator(locale);
  outward.ready(chat.store.state());
  draw();
}

function hear(message: ToChat): void {
  if (message.type === "open") openPanel();
  else if (message.type === "close") chat.close();
  else if (message.type === "identify") void chat.identify();
  else if (message.type === "logout") chat.logout();
  else if (message.type === "locale") speak(message.locale);
}

function openPanel(): void {
  chat.open();
  document.getElementById("compose")?.focus();
}

chat.store.subscribe((state, before) => {
  outward.tell(state, before);
  draw();
});
bridge.listen(hear);
addEventListener("online", () => chat.wake());
document.addEventListener("visibilitychange", () => chat.look(document.visibilityState === "visible"));
draw();
chat.resume();
outward.ready(chat.store.state());
if (!bridge.connected) openPanel();
