import { inLanguages } from '../../../messages/language.ts';

export const faultMessages = inLanguages(
  {
    title: 'Faults',
    simulation: 'Simulation',
    about: 'The payment provider is simulated. Here you let it misbehave, and watch how the shop copes.',
    declinePercent: 'Declined cards',
    delayMs: 'Delay of each call',
    lostAnswerPercent: 'Lost answers',
    repeatPercent: 'Calls made twice',
    apply: 'Apply',
    allOff: 'All off',
    applied: 'Applied. It holds from now on, for everybody.',
    off: 'All faults are off.',
  },
  {
    title: 'Sự cố',
    simulation: 'Giả lập',
    about: 'Nhà cung cấp thanh toán là giả lập. Tại đây bạn cho nó trục trặc và xem cửa hàng xoay xở ra sao.',
    declinePercent: 'Thẻ bị từ chối',
    delayMs: 'Chậm mỗi lần gọi',
    lostAnswerPercent: 'Mất câu trả lời',
    repeatPercent: 'Gọi hai lần',
    apply: 'Áp dụng',
    allOff: 'Tắt hết',
    applied: 'Đã áp dụng. Có hiệu lực từ bây giờ, cho tất cả mọi người.',
    off: 'Mọi sự cố đều đã tắt.',
  },
);
