import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "./shell.css";
import "./navigation.css";
import "./print.css";
import "dayjs/locale/vi";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { openQueries } from "./queries.ts";

const place = document.getElementById("app");
if (!place) throw new Error("index.html has no element #app");
createRoot(place).render(
  <StrictMode>
    <App queries={openQueries()} />
  </StrictMode>,
);
