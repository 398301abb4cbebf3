// What every part of the page needs: messages, busy controls, forms.

import { ApiError, signedIn } from "./api.js";

export const $ = (id) => document.getElementById(id);

/** Shows one message in place of the last one. A problem is read out at once. */
export function tell(text, kind = "problem") {
  for (const [id, own] of [["problem", "problem"], ["news", "news"]]) {
    $(id).textContent = own === kind ? (text ?? "") : "";
    $(id).hidden = !$(id).textContent;
  }
}

let onSessionEnd = () => {};
export const whenSessionEnds = (work) => (onSessionEnd = work);

/** Runs a control's work: one at a time, errors in words. The control keeps its focus. */
export async function during(control, work) {
  if (control?.ariaDisabled === "true") return;
  tell(null);
  if (control) control.ariaDisabled = "true";
  const wasSignedIn = signedIn();
  try {
    await work();
  } catch (error) {
    if (wasSignedIn && !signedIn()) onSessionEnd();
    else tell(error instanceof ApiError ? error.message : "The server cannot be reached. Is it running?");
    if (!(error instanceof ApiError)) console.warn(error);
  } finally {
    if (control) control.ariaDisabled = null;
  }
}

/** Calls `work(data, form, submitter)` when the form with this id is sent. */
export function onSubmit(id, work) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const { target: form, submitter } = event;
    during(submitter, () => work(new FormData(form, submitter), form, submitter));
  });
}

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}
