// Embeds the chat as a shop would, with calls made before the chat's script has loaded.
window.Aftercare = window.Aftercare || [];
window.heard = [];
const wanted = new URLSearchParams(location.search);
for (const event of ["ready", "open", "close", "unread", "message"]) {
  Aftercare.push(["on", event, (detail) => window.heard.push([event, detail])]);
}
if (wanted.get("user")) Aftercare.push(["identify", () => Promise.resolve(wanted.get("user"))]);

const script = document.createElement("script");
script.src = `http://127.0.0.1:${Number(location.port) - 1}/widget.js`;
script.async = true;
for (const name of ["locale", "color", "title"]) if (wanted.get(name)) script.dataset[name] = wanted.get(name);
document.head.append(script);

addEventListener("DOMContentLoaded", () => {
  const on = (id, act) => document.getElementById(id).addEventListener("click", act);
  on("anna", () => Aftercare.identify(async () => "anna"));
  on("ben", () => Aftercare.identify(async () => "ben"));
  on("out", () => Aftercare.logout());
  on("fi", () => Aftercare.setLocale("fi"));
});
