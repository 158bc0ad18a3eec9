import { listOpenSessions } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { MAC, OTHER_MAC, SECRET, sampleSettings, startTestBox } from "../test/box.ts";
import { CODE } from "../test/code-box.ts";
import { describeWithPeer, runRadclient } from "../test/peers.ts";

const codeBy = (password: string) => [
  ...[`User-Name = "${CODE.code}"`, `${password} = "${CODE.code}"`],
];

describeWithPeer("radclient", "radclient against the server", () => {
  const station = `Calling-Station-Id = "${MAC}"`;

  test("PAP: a ticket lets its device in and the policy's limits come with it", async () => {
    const box = await startTestBox();
    const { username, password } = box.issueTicketFor();
    const run = await runRadclient({
      portNumber: box.authPort,
      command: "auth",
      secret: SECRET,
      attributes: [`User-Name = "${username}"`, `User-Password = "${password}"`, station],
    });
    expect(run.answer).toBe("Access-Accept");
    expect(run.attributes[0]).toMatch(/^Message-Authenticator = 0x/);
    expect(run.attributes).toEqual(
      expect.arrayContaining([
        "Session-Timeout = 14400",
        "Idle-Timeout = 1800",
        "Acct-Interim-Interval = 600",
        "WISPr-Bandwidth-Max-Up = 5000000",
        "WISPr-Bandwidth-Max-Down = 20000000",
        "ChilliSpot-Bandwidth-Max-Up = 5000",
        "ChilliSpot-Bandwidth-Max-Down = 20000",
      ]),
    );
  });

  test("CHAP: the same ticket proves itself without being sent", async () => {
    const box = await startTestBox();
    const { username, password } = box.issueTicketFor();
    const run = await runRadclient({
      portNumber: box.authPort,
      command: "auth",
      secret: SECRET,
      attributes: [`User-Name = "${username}"`, `CHAP-Password = "${password}"`, station],
    });
    expect(run.answer).toBe("Access-Accept");
  });

  test("a wrong password is rejected with a reason and nothing else", async () => {
    const box = await startTestBox();
    const { username } = box.issueTicketFor();
    for (const attribute of ["User-Password", "CHAP-Password"]) {
      const run = await runRadclient({
        portNumber: box.authPort,
        command: "auth",
        secret: SECRET,
        attributes: [`User-Name = "${username}"`, `${attribute} = "wrong"`, station],
      });
      expect(run.answer).toBe("Access-Reject");
      expect(run.attributes).toEqual([
        expect.stringMatching(/^Message-Authenticator = 0x/),
        'Reply-Message = "wrong-password"',
      ]);
    }
  });

  test.each([
    ["PAP", [`User-Name = "${MAC}"`, `User-Password = "${MAC}"`], "device-mismatch"],
    ["CHAP", [`User-Name = "${MAC}"`, `CHAP-Password = "${MAC}"`], "device-mismatch"],
    [
      "Call-Check",
      [`User-Name = "${MAC}"`, 'User-Password = "x"', "Service-Type = Call-Check"],
      "device-mismatch",
    ],
    ["an access code by PAP", codeBy("User-Password"), "code-used-up"],
    ["an access code by CHAP", codeBy("CHAP-Password"), "code-used-up"],
  ])(
    "%s: lets a device in, and refuses another that has no right to it",
    async (_, asked, reason) => {
      const settings = sampleSettings((each) => {
        each.signIn.greet = "never";
        each.signIn.accessCode = { enabled: true };
        each.accessCodes = [{ ...CODE, devicesMax: 1 }];
      });
      const box = await startTestBox({ settings });
      box.issueTicketFor();
      const ask = async (mac: string) => {
        const signed = ["Message-Authenticator = 0x00", `Calling-Station-Id = "${mac}"`];
        const attributes = [...asked, ...signed];
        const at = { portNumber: box.authPort, command: "auth", secret: SECRET } as const;
        const { answer, attributes: told } = await runRadclient({ ...at, attributes });
        return { answer, said: told.slice(1) };
      };
      expect(await ask(MAC)).toMatchObject({ answer: "Access-Accept" });
      expect(await ask(OTHER_MAC)).toEqual({
        ...{ answer: "Access-Reject", said: [`Reply-Message = "${reason}"`] },
      });
    },
  );

  test("MAC authentication of an unknown device is rejected, so that the portal shows", async () => {
    const box = await startTestBox();
    const run = await runRadclient({
      portNumber: box.authPort,
      command: "auth",
      secret: SECRET,
      attributes: [
        `User-Name = "${MAC}"`,
        `User-Password = "${MAC}"`,
        "Service-Type = Framed-User",
        station,
      ],
    });
    expect(run.answer).toBe("Access-Reject");
    expect(run.attributes).toContain('Reply-Message = "unknown-device"');
    await box.catchUp();
    expect(box.listEvents("device.seen")).toMatchObject([{ payload: { mac: MAC, by: "radius" } }]);
  });

  test("a wrong secret is met with silence and counted", async () => {
    const box = await startTestBox();
    const common = { secret: "another-secret", waitSeconds: 0.3, retries: 1 };
    const acct = await runRadclient({
      ...common,
      portNumber: box.acctPort,
      command: "acct",
      attributes: ["Acct-Status-Type = Start", 'Acct-Session-Id = "s-1"', station],
    });
    const auth = await runRadclient({
      ...common,
      portNumber: box.authPort,
      command: "auth",
      attributes: ['User-Name = "an"', 'User-Password = "x"', "Message-Authenticator = 0x00"],
    });
    expect([acct.answer, auth.answer]).toEqual([null, null]);
    expect(Object.values(box.health().nas)[0]?.drops).toEqual({
      "wrong-authenticator": acct.sent,
      "wrong-message-authenticator": auth.sent,
    });
    expect(box.store.read(listOpenSessions)).toEqual([]);
  });

  test("accounting is stored and answered", async () => {
    const box = await startTestBox();
    const report = (status: string, more: string[] = []) =>
      runRadclient({
        portNumber: box.acctPort,
        command: "acct",
        secret: SECRET,
        attributes: [
          `Acct-Status-Type = ${status}`,
          'Acct-Session-Id = "s-1"',
          "Framed-IP-Address = 10.1.0.7",
          station,
          ...more,
        ],
      });
    expect((await report("Start")).answer).toBe("Accounting-Response");
    expect(box.store.read(listOpenSessions)).toMatchObject([
      { acctSessionId: "s-1", ip: "10.1.0.7" },
    ]);
    box.advance(900);
    const usage = [
      "Acct-Session-Time = 900",
      "Acct-Input-Octets = 7",
      "Acct-Input-Gigawords = 1",
      "Acct-Output-Octets = 9",
      "Acct-Output-Gigawords = 2",
      "Acct-Terminate-Cause = User-Request",
    ];
    expect((await report("Stop", usage)).answer).toBe("Accounting-Response");
    expect(box.listEvents("session.ended")).toMatchObject([
      {
        payload: {
          connectedSeconds: 900,
          uploadBytes: 2 ** 32 + 7,
          downloadBytes: 2 ** 33 + 9,
          cause: "User-Request",
        },
      },
    ]);
  });

  test("RFC 5997 §4.2: Status-Server is answered on both ports", async () => {
    const box = await startTestBox();
    const ask = (portNumber: number) =>
      runRadclient({
        portNumber,
        command: "status",
        secret: SECRET,
        attributes: ["Message-Authenticator = 0x00"],
      });
    expect((await ask(box.authPort)).answer).toBe("Access-Accept");
    expect((await ask(box.acctPort)).answer).toBe("Accounting-Response");
  });

  test("Proxy-State comes back unchanged and in order", async () => {
    const box = await startTestBox();
    const run = await runRadclient({
      portNumber: box.authPort,
      command: "auth",
      secret: SECRET,
      attributes: [
        'User-Name = "nobody"',
        'User-Password = "x"',
        "Proxy-State = 0x0102",
        "Proxy-State = 0x00",
        "Message-Authenticator = 0x00",
      ],
    });
    expect(run.answer).toBe("Access-Reject");
    expect(run.attributes.slice(1)).toEqual([
      'Reply-Message = "ticket-unknown"',
      "Proxy-State = 0x0102",
      "Proxy-State = 0x00",
    ]);
  });
});
