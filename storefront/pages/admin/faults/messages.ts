import { inLanguages } from '../../../messages/language.ts';

export const faultMessages = inLanguages(
  {
    title: 'Fault injection',
    simulation: 'Simulation',
    about: 'The payment provider is simulated. Inject faults and see how the shop handles them.',
    declinePercent: 'Declined cards',
    delayMs: 'Latency per call',
    lostAnswerPercent: 'Lost responses',
    repeatPercent: 'Duplicate calls',
    apply: 'Apply',
    allOff: 'All off',
    applied: 'Applied, for all users.',
    off: 'All faults are off.',
  },
  {
    title: 'Mô phỏng sự cố',
    simulation: 'Mô phỏng',
    about: 'Nhà cung cấp thanh toán được mô phỏng. Tạo sự cố và xem cửa hàng xử lý ra sao.',
    declinePercent: 'Thẻ bị từ chối',
    delayMs: 'Độ trễ mỗi lần gọi',
    lostAnswerPercent: 'Mất phản hồi',
    repeatPercent: 'Gọi trùng lặp',
    apply: 'Áp dụng',
    allOff: 'Tắt hết',
    applied: 'Đã áp dụng cho tất cả người dùng.',
    off: 'Mọi sự cố đều đã tắt.',
  },
);
