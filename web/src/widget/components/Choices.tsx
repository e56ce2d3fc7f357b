import type { JSX } from "preact";
import type { Choice } from "../core/types";
import { useSurroundings } from "./context";

export function Choices({ choices }: { choices: readonly Choice[] }): JSX.Element | null {
  const { chat, t } = useSurroundings();
  if (!choices.length) return null;
  const choose = (choice: Choice): void => {
    chat.choose(choice);
    document.getElementById("compose")?.focus({ preventScroll: true });
  };
  return (
    <ul class="choices" aria-label={t("choices")}>
      {choices.map((choice) => (
        <li key={choice.id}>
          <button type="button" class="choice" onClick={() => choose(choice)}>
            {choice.title}
          </button>
        </li>
      ))}
    </ul>
  );
}
