import { createServer, type Socket } from 'node:net';
import { listen } from '#platform/http/server.ts';

export type ReceivedMail = { from: string; to: string[]; headers: string; body: string; messageId: string };

export type SmtpSink = {
  readonly port: number;
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  stop(): Promise<void>;
};

export type SinkAnswers = {
  /** The answer to RCPT TO; the default accepts every recipient. `hang-up` cuts the connection. */
  recipient?(address: string): string;
  /** What is done when a whole mail has come; the default keeps it and acknowledges it. `hang-up` keeps it and cuts the connection, `silence` keeps it and never answers. */
  mail?(mail: ReceivedMail): '250 taken' | '554 not such a mail' | 'taken or not' | 'hang-up' | 'silence';
};

/** A mail server of RFC 5321's bare minimum, over real sockets, that keeps what it is given. Port 0 takes a free one. */
export async function openSmtpSink(port = 0, answers: SinkAnswers = {}): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    converse(socket, answers, (mail) => mails.push(mail));
  });
  const actual = await listen(server as never, '127.0.0.1', port);
  return {
    port: actual,
    url: `smtp://127.0.0.1:${actual}`,
    mails,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const replies: Readonly<Record<string, string>> = { DATA: '354 go on', QUIT: '221 bye' };

function converse(socket: Socket, answers: SinkAnswers, keep: (mail: ReceivedMail) => void): void {
  let buffer = '';
  let isData = false;
  let from = '';
  let to: string[] = [];
  const say = (line: string) => socket.write(`${line}\r\n`);
  say('220 sink');

  socket.on('data', (chunk) => {
    buffer += chunk.toString('utf8');
    for (;;) {
      const end = isData ? '\r\n.\r\n' : '\r\n';
      const at = buffer.indexOf(end);
      if (at < 0) return;
      const text = buffer.slice(0, at);
      buffer = buffer.slice(at + end.length);
      if (isData) takeMail(text);
      else takeCommand(text);
    }
  });

  function takeCommand(line: string): void {
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'MAIL') [from, to] = [address, []];
    if (verb === 'RCPT') return void takeRecipient(address);
    isData = verb === 'DATA';
    say(replies[verb] ?? '250 ok');
  }

  function takeRecipient(address: string): void {
    const answer = answers.recipient?.(address) ?? '250 ok';
    if (answer === 'hang-up') return void socket.destroy();
    if (answer.startsWith('250')) to.push(address);
    say(answer);
  }

  function takeMail(text: string): void {
    isData = false;
    const at = text.indexOf('\r\n\r\n');
    const headers = text.slice(0, at).replaceAll(/\r\n[ \t]+/g, ' ');
    const mail = { from, to, headers, body: decode(text.slice(at)), messageId: /^Message-ID: (.*)$/im.exec(headers)?.[1] ?? '' };
    keep(mail);
    const answer = answers.mail?.(mail) ?? '250 taken';
    if (answer === 'hang-up') socket.destroy();
    else if (answer !== 'silence') say(answer);
  }
}

/** Quoted-printable (RFC 2045, 6.7), which is how nodemailer sends texts of other letters than ASCII. */
function decode(body: string): string {
  const unfolded = body.replaceAll('=\r\n', '');
  const bytes = unfolded.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
