import { STYLES } from "./styles";

const make = <K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K] => document.createElement(tag);

/** The launcher and the frame, in a shadow root of their own. */
export function build(src: string, colour: string) {
  const root = make("div");
  const shadow = root.attachShadow({ mode: "open" });
  const [button, frame, icon, badge] = [make("button"), make("iframe"), make("i"), make("b")];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  // What is no colour the browser ignores, and the one in the style sheet stays.
  button.style.backgroundColor = colour;
  button.append(icon, badge);
  frame.src = src;
  shadow.append(button, frame);
  document.body.append(root);
  return [button, frame, icon, badge] as const;
}
