import type { JSX } from "preact";
import type { Key, Translator } from "../core/i18n";
import { currentOwner, type ChatState } from "../core/state";
import { Icon } from "./Icon";
import { useSurroundings } from "./context";

interface Props {
  state: ChatState;
  title: string;
  close: (() => void) | null;
}

export function Header({ state, title, close }: Props): JSX.Element {
  const { t } = useSurroundings();
  const { owner, agent } = currentOwner(state);
  const initial = owner === "with_agent" ? (agent?.[0]?.toUpperCase() ?? null) : null;
  return (
    <header class="head">
      <div class="face" aria-hidden="true">
        {initial ?? <Icon name="chat" />}
      </div>
      <div class="head-words">
        <h1>{title}</h1>
        <p>{status(state, t)}</p>
      </div>
      {close && (
        <button type="button" class="icon-button" onClick={close} aria-label={t("close_chat")}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}

function status(state: ChatState, t: Translator): string {
  const { owner, agent } = currentOwner(state);
  if (!state.settled) return t("state_connecting");
  if (owner === "with_agent") return agent ? t("state_agent", { name: agent }) : t("state_agent_unnamed");
  const words: Partial<Record<typeof owner, Key>> = { waiting_for_agent: "state_waiting", closed: "state_closed" };
  return t(words[owner] ?? "state_ready");
}
