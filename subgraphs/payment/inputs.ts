import { z } from 'zod';
import { inputField } from '#platform/input.ts';

const slowestMs = 20_000;
const rate = () => z.number().min(0, 'This must be 0 or more.').max(1, 'This must be 1 or less.');

export const setFaultSwitchesInput = z.object({
  declineRate: rate().optional(),
  delayMs: inputField.wholeNumber(0, slowestMs).optional(),
  lostAnswerRate: rate().optional(),
  repeatRate: rate().optional(),
});
