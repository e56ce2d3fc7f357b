// What a real shop's page would add beside the script tag: who is signed in, and who signed out.
window.Aftercare = window.Aftercare || [];
const chat = (...call) => {
  if (Array.isArray(window.Aftercare)) window.Aftercare.push(call);
  else window.Aftercare[call[0]](...call.slice(1));
};
const fetchToken = async () => (await (await fetch("/demo/identity-token")).json()).token;
if (location.search === "?signed_out") chat("logout");
else if (document.querySelector('form[action="/demo/sign-out"]')) chat("identify", fetchToken);
