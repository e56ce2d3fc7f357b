/** The chat API's shapes, as the server sends them. */

export interface Choice {
  id: string;
  title: string;
}

export interface Card {
  title: string;
  subtitle?: string;
  image_url?: string;
  url?: string;
  choices?: Choice[];
}

export interface Attachment {
  id: string;
  name?: string;
  url?: string;
}

interface Logged {
  seq: number;
  at: string;
}

export type Author = "customer" | "bot" | "agent" | "system";
export type Owner = "with_bot" | "waiting_for_agent" | "with_agent" | "snoozed" | "closed";

export interface ChatMessage extends Logged {
  type: "message";
  author: Author;
  text?: string;
  agent?: string | { name?: string };
  choices?: Choice[];
  cards?: Card[];
  attachments?: Attachment[];
  client_id?: string;
}

export interface OwnerEvent extends Logged {
  type: "owner";
  owner: Owner;
  agent?: string | { name?: string } | null;
}

export interface TurnDoneEvent extends Logged {
  type: "turn_done";
  in_reply_to: number;
}

export interface FeedbackRequestEvent extends Logged {
  type: "feedback_request";
}

export interface TypingEvent {
  type: "typing";
}

export type LoggedEvent = ChatMessage | OwnerEvent | TurnDoneEvent | FeedbackRequestEvent;
export type ServerEvent = LoggedEvent | TypingEvent;

export interface EventPage {
  events: ServerEvent[];
  cursor: number;
}

/** What the customer sends: words, a choice, files, or words with files. */
export interface Outgoing {
  clientId: string;
  /** What is shown as the customer's own words: the text, or the title of the choice. */
  text: string;
  choice?: string;
  attachments?: Attachment[];
  at: number;
  /** Why the server will never take it, in its own words. */
  refused?: string;
}

export const MAX_CHARACTERS = 8000;

/** Characters as the server counts them: code points, not UTF-16 units. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
