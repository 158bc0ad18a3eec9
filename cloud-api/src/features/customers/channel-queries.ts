import { MESSAGE_CHANNELS } from "@foyer/contract";
import { sql } from "../../platform/db.ts";

/**
 * The channels that a row `acts` of customer_consents speaks of, to be joined laterally: of `marketing`
 * its own, or every one where it names none; of every other purpose null.
 */
export const spokenChannels = sql`unnest(
  case when acts.purpose = 'marketing' and acts.channel is null
    then ${[...MESSAGE_CHANNELS]}::text[] else array[acts.channel] end)`;
