/** A part of a letter. Texts are plain: what they contain is escaped where the letter becomes HTML, and nowhere else. */
export type Part =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'lines'; readonly lines: readonly Line[]; readonly total: string };
export type Line = { readonly name: string; readonly quantity: number; readonly unitPrice: string; readonly price: string };

/** The content of a mail, before it is rendered. */
export type Letter = { readonly subject: string; readonly heading: string; readonly parts: readonly Part[] };

/** Written for one kind of mail and one order or account. */
export type WrittenLetter = { readonly subject: string; readonly text: string; readonly html: string };

/** Both forms of a letter, from the same parts, so that they cannot say different things. */
export function writeLetter(letter: Letter): WrittenLetter {
  return { subject: oneLine(letter.subject), text: toText(letter), html: toHtml(letter) };
}

function toText({ heading, parts }: Letter): string {
  return `${[oneLine(heading), ...parts.map(partToText), 'Marigold\nGood things from Vietnam'].join('\n\n')}\n`;
}

function partToText(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return oneLine(part.text);
    case 'button':
      return `${part.label}:\n${part.url}`;
    case 'lines': {
      const lines = part.lines.map((line) => `${line.quantity} × ${oneLine(line.name)} at ${line.unitPrice}: ${line.price}`);
      return [...lines, `Total: ${part.total}`].join('\n');
    }
  }
}

const ink = '#1f1a17';
const font = "font-family:Inter,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif";
const headingFont = "font-family:Fraunces,Georgia,'Times New Roman',serif";
const cell = `padding:8px 0;border-bottom:1px solid #eadfce;${font};font-size:15px;color:${ink}`;

function toHtml({ subject, heading, parts }: Letter): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(oneLine(subject))}</title></head>
<body style="margin:0;padding:24px 12px;background:#fbf7f0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:10px;border-top:4px solid #e08e0b">
<tr><td style="padding:28px 32px">
<p style="margin:0 0 20px;${headingFont};font-size:16px;color:#8a5200">Marigold</p>
<h1 style="margin:0 0 16px;${headingFont};font-size:26px;line-height:1.25;font-weight:600;color:${ink}">${escapeHtml(oneLine(heading))}</h1>
${parts.map(partToHtml).join('\n')}
<p style="margin:28px 0 0;${font};font-size:13px;color:#5b6472">Marigold · Good things from Vietnam</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

function partToHtml(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return `<p style="margin:0 0 16px;${font};font-size:16px;line-height:1.5;color:${ink}">${escapeHtml(oneLine(part.text))}</p>`;
    case 'button':
      return `<p style="margin:24px 0"><a href="${escapeHtml(part.url)}" style="display:inline-block;padding:12px 20px;border-radius:10px;background:#8a5200;color:#ffffff;text-decoration:none;${font};font-size:16px">${escapeHtml(part.label)}</a></p>`;
    case 'lines':
      return `<table width="100%" cellpadding="0" cellspacing="0" style="margin:8px 0 20px;border-collapse:collapse;font-variant-numeric:tabular-nums">
${part.lines.map(lineToHtml).join('\n')}
<tr><td style="padding:12px 0;${font};font-size:16px;font-weight:600;color:${ink}">Total</td><td align="right" style="padding:12px 0;${font};font-size:16px;font-weight:600;color:${ink}">${escapeHtml(part.total)}</td></tr>
</table>`;
  }
}

function lineToHtml(line: Line): string {
  const details = `<span style="color:#5b6472">${line.quantity} × ${escapeHtml(line.unitPrice)}</span>`;
  return `<tr><td style="${cell}">${escapeHtml(oneLine(line.name))}<br>${details}</td><td align="right" valign="top" style="${cell}">${escapeHtml(line.price)}</td></tr>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Without line breaks and other control characters: neither a header nor a line of a letter can be smuggled in. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
