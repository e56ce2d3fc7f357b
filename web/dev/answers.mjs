// What the stand-in server says, to show every part of the widget.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const greeting = {
  text: "Hello! I am the shop's automated assistant.\nAsk me about shipping, returns or your warranty, or choose below.",
  choices: [
    { id: "choice:Show cards", title: "Show cards" },
    { id: "choice:Talk to a colleague", title: "Talk to a colleague" },
    { id: "choice:Return policy", title: "Return policy" },
  ],
};

const picture = `data:image/svg+xml,${encodeURIComponent("<svg/>")}`;

const SAMPLES = [
  [/cards/i, { text: "These are in your last order:", cards: [
    { title: "Kettle Norr 1.7 l", subtitle: "Delivered on 3 March. Can be returned until 2 April.", url: "/policies/returns",
      image_url: picture, choices: [{ id: "choice:Return the kettle", title: "Return it" }, { id: "choice:Warranty", title: "Check the warranty" }] },
    { title: "Toaster Lumi", subtitle: "On its way", url: "https://shop.example/orders/10482" },
  ] }],
  [/links/i, { text: "See https://shop.example/help (or /policies/returns), write to help@shop.example. <b>Not bold</b> <img src=x onerror=alert(1)>" }],
  [/long/i, { text: "A longer answer.\n\n" + "You can send back most things within 30 days of delivery, free of charge. ".repeat(8) }],
];

export async function answer(conversation, text, seq) {
  const say = (message) => conversation.log({ type: "message", author: "bot", ...message });
  const agent = "Maria";
  conversation.tell({ type: "typing" });
  await pause(/slow/i.test(text) ? 6000 : 700);
  if (/colleague/i.test(text)) {
    conversation.log({ type: "owner", owner: "waiting_for_agent" });
    await pause(1200);
    conversation.log({ type: "owner", owner: "with_agent", agent });
    conversation.log({ type: "message", author: "agent", agent, text: "Hi, Maria here. How can I help you?" });
  } else if (/\bback\b/i.test(text)) {
    conversation.log({ type: "owner", owner: "with_bot" });
  } else if (/feedback/i.test(text)) {
    conversation.log({ type: "owner", owner: "closed" });
    conversation.log({ type: "feedback_request" });
  } else {
    const sample = SAMPLES.find(([words]) => words.test(text))?.[1];
    say(sample ?? { text: `Most things can be sent back within 30 days of delivery, free of charge. The whole policy: /policies/returns`,
      choices: [{ id: "choice:Start a return", title: "Start a return" }, { id: "choice:What is excluded?", title: "What is excluded?" }] });
  }
  conversation.log({ type: "turn_done", in_reply_to: seq });
}
