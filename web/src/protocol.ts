/** What the loader in the shop's page and the chat in the iframe say to each other. */

/** From the shop's page to the chat. */
export type ToChat =
  | { type: "open" }
  | { type: "close" }
  | { type: "identify" }
  | { type: "logout" }
  | { type: "locale"; locale: string }
  | { type: "token"; id: number; token: string | undefined };

/** From the chat to the shop's page. `ready` comes again when the labels change their language. */
export type ToPage =
  | { type: "ready"; ink: string; labels: LauncherLabels }
  | { type: "open" }
  | { type: "close" }
  | { type: "unread"; count: number; badge: string; label: string }
  | { type: "message"; detail: MessageNotice }
  | { type: "token"; id: number };

/** In this order, as the loader has to be small. */
export type LauncherLabels = [open: string, close: string, frame: string];

/** What a shop's page learns of a message: never its words. */
export interface MessageNotice {
  seq: number;
  author: string;
  at: string;
}

/** Marks our messages among all that a page's scripts post. */
export interface Envelope<T> {
  aftercare: T;
}

export type PageEvent = "ready" | "open" | "close" | "unread" | "message";
