import "./desk.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LanguageProvider } from "../../../shell/language.tsx";
import { DeskApp } from "./desk-app.tsx";

const place = document.getElementById("answer-desk");
if (!place) throw new Error("answer-desk.html has no element #answer-desk");
createRoot(place).render(
  <StrictMode>
    <LanguageProvider>
      <DeskApp />
    </LanguageProvider>
  </StrictMode>,
);

// A browser allows one by https and on the machine itself; by plain http the page works while online.
if ("serviceWorker" in navigator)
  navigator.serviceWorker
    .register("/answer-desk-worker.js", { scope: "/answer-desk" })
    .catch((error: unknown) => console.warn("The page will not open while offline.", error));
