// A small stand-in for the chat server, for work on the widget alone: `npm run build && npm run dev`.
// The chat is served at http://127.0.0.1:8090, a shop's page that embeds it at http://localhost:8091.
// Words to try: cards, colleague, back, feedback, slow, long, bad, links.
// Faults: POST {"down": true}, {"noSocket": true}, {"dropAcks": true} or {} to /dev/faults; POST to /dev/expire.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { answer, greeting } from "./answers.mjs";

const CHAT_PORT = Number(process.env.CHAT_PORT ?? 8090);
const SHOP_PORT = Number(process.env.SHOP_PORT ?? CHAT_PORT + 1);
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const here = fileURLToPath(new URL("./", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const CHAT_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:; " +
  `base-uri 'none'; form-action 'none'; frame-ancestors 'self' http://localhost:${SHOP_PORT} http://127.0.0.1:${SHOP_PORT}`;
const SHOP_CSP = `default-src 'none'; script-src 'self' http://127.0.0.1:${CHAT_PORT}; style-src 'self'; frame-src http://127.0.0.1:${CHAT_PORT}`;

const conversations = new Map();
const tokens = new Map();
/** What is made to go wrong: {down, noSocket, dropAcks}. */
let faults = {};

class Conversation {
  id = randomUUID();
  customer = null;
  events = [];
  taken = new Map();
  wake = new Set();

  log(event) {
    const logged = { seq: this.events.length + 1, at: new Date().toISOString(), ...event };
    this.events.push(logged);
    this.tell(logged);
    return logged;
  }

  tell(event) {
    for (const listener of [...this.wake]) listener(event);
  }

  after(seq) {
    return this.events.filter((event) => event.seq > seq);
  }
}

const json = (response, status, body) => {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(body === undefined ? "" : JSON.stringify(body));
};
const problem = (response, status, detail) => json(response, status, { type: "about:blank", title: "Problem", detail });

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const bearer = (request) => tokens.get((request.headers.authorization ?? "").replace("Bearer ", ""));

async function chatApi(request, response, url) {
  if (faults.down) return problem(response, 503, "The chat is being mended. Please try again in a minute.");
  const route = `${request.method} ${url.pathname.replace("/api/chat/", "")}`;
  const raw = await bodyOf(request);
  const body = request.headers["content-type"] === "application/json" ? JSON.parse(raw) : {};
  if (route === "POST sessions") return startSession(response, body);
  const conversation = bearer(request);
  if (!conversation) return problem(response, 401, "This session is over.");
  if (route === "DELETE sessions") {
    tokens.delete(request.headers.authorization.replace("Bearer ", ""));
    return json(response, 204);
  }
  if (route === "POST identity") return identify(response, conversation, body);
  if (route === "POST messages") return takeMessage(response, conversation, body);
  if (route === "POST attachments") return setTimeout(() => json(response, 201, { id: randomUUID() }), 400);
  if (route === "POST feedback") return json(response, 204);
  if (route === "GET events") return longPoll(response, conversation, url);
  return problem(response, 404, "No such thing.");
}

function startSession(response, { identity_token }) {
  const conversation = new Conversation();
  conversation.customer = identity_token ?? null;
  const token = randomUUID();
  tokens.set(token, conversation);
  conversations.set(conversation.id, conversation);
  conversation.log({ type: "message", author: "bot", ...greeting });
  json(response, 201, { token, conversation_id: conversation.id, cursor: 0 });
}

function identify(response, conversation, { identity_token }) {
  if (conversation.customer && conversation.customer !== identity_token) {
    return problem(response, 409, "This conversation belongs to another customer.");
  }
  conversation.customer = identity_token;
  json(response, 204);
}

function takeMessage(response, conversation, { client_id, text = "", choice, attachment_ids = [] }) {
  if (text === "bad") return problem(response, 422, "This message cannot be taken.");
  if (!conversation.taken.has(client_id)) {
    const attachments = attachment_ids.map((id) => ({ id, name: "photo.jpg" }));
    const title = choice ? choice.replace("choice:", "") : text;
    const event = conversation.log({ type: "message", author: "customer", text: title, client_id, attachments });
    conversation.taken.set(client_id, event.seq);
    void answer(conversation, title, event.seq);
  }
  if (faults.dropAcks) return response.destroy();
  json(response, 202, { seq: conversation.taken.get(client_id) });
}

function longPoll(response, conversation, url) {
  const after = Number(url.searchParams.get("after"));
  const done = () => {
    clearTimeout(timer);
    conversation.wake.delete(done);
    const events = conversation.after(after);
    json(response, 200, { events, cursor: events.at(-1)?.seq ?? after });
  };
  const timer = setTimeout(done, Number(url.searchParams.get("wait")) * 1000);
  if (conversation.after(after).length) done();
  else conversation.wake.add(done);
}

async function file(response, path, headers) {
  try {
    const content = await readFile(path);
    response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "text/plain", ...headers });
    response.end(content);
  } catch {
    problem(response, 404, "No such file.");
  }
}

const chat = createServer(async (request, response) => {
  const url = new URL(request.url, "http://chat");
  if (url.pathname === "/dev/faults") {
    faults = JSON.parse(await bodyOf(request));
    for (const client of sockets.clients) if (faults.noSocket || faults.down || faults.cut) client.terminate();
    return json(response, 200, faults);
  }
  if (url.pathname === "/dev/expire") return tokens.clear(), json(response, 200, {});
  if (url.pathname.startsWith("/api/chat/")) return chatApi(request, response, url);
  const path = url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname;
  return file(response, join(dist, path), { "Content-Security-Policy": CHAT_CSP });
});

const sockets = new WebSocketServer({ noServer: true });
chat.on("upgrade", (request, socket, head) => {
  if (faults.noSocket || faults.down) return socket.destroy();
  sockets.handleUpgrade(request, socket, head, (client) => client.once("message", (frame) => follow(client, frame)));
});

function follow(client, frame) {
  const { token, after } = JSON.parse(frame);
  const conversation = tokens.get(token);
  if (!conversation) return client.close(4401, "unauthorized");
  const tell = (event) => client.send(JSON.stringify(event));
  conversation.after(after).forEach(tell);
  conversation.wake.add(tell);
  client.on("close", () => conversation.wake.delete(tell));
}

const shop = createServer((request, response) => {
  const path = request.url.split("?")[0];
  const name = path === "/" ? "shop.html" : path.slice(1);
  return file(response, join(here, name), { "Content-Security-Policy": SHOP_CSP });
});

chat.listen(CHAT_PORT, "127.0.0.1");
shop.listen(SHOP_PORT, "127.0.0.1", () => console.log(`A shop's page with the chat: http://localhost:${SHOP_PORT}/`));
