import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { receiveFile } from "./receive-file.ts";

const headers = { "content-type": "multipart/form-data; boundary=b" };
const BEGINNING =
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: image/png\r\n\r\nabc';

const receive = (form: string) => {
  const body = new PassThrough();
  const received = receiveFile({ body, headers, bytesMax: 100 });
  body.end(form);
  return received;
};

// An error that nobody hears ends the process, and fails this run.
test("a form that ends in the middle of its file is broken, and harms nobody else", async () => {
  expect(await receive(BEGINNING)).toEqual({ kind: "broken" });
  expect(await receive(`${BEGINNING}\r\n--b--\r\n`)).toEqual({
    ...{ kind: "file", bytes: Buffer.from("abc") },
  });
});
