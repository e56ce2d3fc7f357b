import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../net/api";
import { useSurroundings } from "./context";

const SCORES = [1, 2, 3, 4, 5] as const;

/** Asks how it went: a score, and words if the customer has some. */
export function Rating({ seq, done }: { seq: number; done: boolean }): JSX.Element | null {
  const { chat, t } = useSurroundings();
  const [sent, setSent] = useState(false);
  if (sent) return <p class="notice">{t("rate_thanks")}</p>;
  if (done) return null;
  const submit = async (score: number, words: string): Promise<void> => {
    await chat.rate(seq, score, words);
    setSent(true);
  };
  return <RatingForm name={`score-${seq}`} submit={submit} skip={() => chat.skipRating(seq)} />;
}

interface FormProps {
  name: string;
  submit: (score: number, words: string) => Promise<void>;
  skip: () => void;
}

function RatingForm({ name, submit, skip }: FormProps): JSX.Element {
  const { t } = useSurroundings();
  const [score, setScore] = useState(0);
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await submit(score, words.trim()).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.detail ?? t("no_network"));
    });
    setBusy(false);
  };
  return (
    <form class="rating" onSubmit={send}>
      <Scores name={name} score={score} choose={setScore} />
      {score > 0 && (
        <>
          <label class="words" for={`${name}-words`}>
            {t("rate_words")}
          </label>
          <textarea id={`${name}-words`} maxLength={2000} value={words} onInput={(e) => setWords(e.currentTarget.value)} />
        </>
      )}
      {problem && (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      <div class="rating-do">
        <button type="submit" class="solid" disabled={busy || score === 0}>
          {t("rate_send")}
        </button>
        <button type="button" class="text-button" onClick={skip}>
          {t("rate_skip")}
        </button>
      </div>
    </form>
  );
}

function Scores(props: { name: string; score: number; choose: (score: number) => void }): JSX.Element {
  const { t } = useSurroundings();
  return (
    <fieldset>
      <legend>{t("rate")}</legend>
      <div class="scores">
        {SCORES.map((value) => (
          <label key={value} class="score">
            <input
              type="radio"
              name={props.name}
              value={value}
              checked={props.score === value}
              aria-label={t(`rate_${value}`)}
              onChange={() => props.choose(value)}
            />
            <span aria-hidden="true">{value}</span>
          </label>
        ))}
      </div>
      <div class="ends" aria-hidden="true">
        <span>{t("rate_low")}</span>
        <span>{t("rate_high")}</span>
      </div>
    </fieldset>
  );
}
