import { spawn } from "node:child_process";
import { once } from "node:events";

/** As systemd does with a socket unit: the socket stays while what serves it is started anew. */
const SCRIPT = `
use strict; use warnings; use Errno; use IO::Socket::INET; use POSIX ();
$^F = 63; $| = 1;
my $socket = IO::Socket::INET->new(Listen => 128, LocalAddr => '127.0.0.1', LocalPort => 0) or die $!;
POSIX::dup2(fileno($socket), 3) unless fileno($socket) == 3;
print 'port ', $socket->sockport, "\\n";
my ($child, $ends) = (0, 0);
$SIG{TERM} = sub { $ends = 1; kill 'TERM', $child };
$SIG{HUP} = sub { kill 'TERM', $child };
until ($ends) {
  $child = fork();
  if (!$child) { @ENV{'LISTEN_FDS', 'LISTEN_PID'} = (1, $$); exec @ARGV or die $!; }
  print "started $child\\n";
  1 while waitpid($child, 0) == -1 && $!{EINTR};
}
`;

export type SocketHolder = {
  port: number;
  /** Everything that it and what it runs have said. */
  output: () => string;
  countStarts: () => number;
  /** Ends what serves, as a restart does, and starts it anew. */
  restart: () => void;
  close: () => Promise<void>;
};

export async function holdSocket(
  command: readonly string[],
  env: Record<string, string>,
): Promise<SocketHolder> {
  const child = spawn("perl", ["-e", SCRIPT, ...command], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let said = "";
  const { promise: held, resolve, reject } = Promise.withResolvers<number>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
      const port = /^port (\d+)$/m.exec(said)?.[1];
      if (port) resolve(Number(port));
    });
  child.once("exit", () => reject(new Error(`the socket was not held: ${said}`)));
  const port = await held;
  return {
    port,
    output: () => said,
    countStarts: () => said.match(/^started \d+$/gm)?.length ?? 0,
    restart: () => void child.kill("SIGHUP"),
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
