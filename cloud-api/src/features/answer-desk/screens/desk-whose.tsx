import { useState } from "react";
import { checkCustomer } from "./desk-state.ts";
import type { Say } from "./texts.ts";

type Found = Awaited<ReturnType<typeof checkCustomer>>;
type WhoseProps = {
  branchId: string;
  phone: string;
  give: (phone: string) => void;
  /** In the language of staff: it is they who type here. */
  say: Say;
};

/** Whose the answer is, where the guest says it: looked up at once, or by the cloud once it is told. */
export function DeskWhose({ branchId, phone, give, say }: WhoseProps) {
  const [found, setFound] = useState<{ phone: string; reply: Found } | null>(null);
  const [isLooking, setLooking] = useState(false);
  const typed = phone.trim();
  const look = async () => {
    setLooking(true);
    const reply = await checkCustomer({ branchId, phone: typed });
    setFound({ phone: typed, reply });
    setLooking(false);
  };
  // What was said of another number says nothing of this one.
  const shown = found?.phone === typed ? found : null;
  return (
    <fieldset className="whose">
      <label className="field">
        {say("phone")}
        <span className="beside">
          <input
            type="tel"
            autoComplete="off"
            maxLength={40}
            value={phone}
            onChange={(event) => give(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              // It looks the number up, and does not save the answer.
              event.preventDefault();
              if (typed !== "") void look();
            }}
          />
          <button type="button" disabled={typed === "" || isLooking} onClick={() => void look()}>
            {say("phone-find")}
          </button>
        </span>
      </label>
      <p className={shown?.reply?.state === "found" ? "is-found" : "quiet"} role="status">
        {shown ? describe(shown.reply, say) : say("phone-hint")}
      </p>
    </fieldset>
  );
}

function describe(reply: Found, say: Say): string {
  if (reply === null) return say("whose-later");
  if (reply.state !== "found") return say(`whose-${reply.state}`);
  return reply.name ? say("phone-found", { name: reply.name }) : say("phone-found-nameless");
}
