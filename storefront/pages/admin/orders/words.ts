import { type Counted, inLanguages } from '../../../words/language.ts';

export const deskOrdersWords = inLanguages(
  {
    title: 'All orders',
    filters: 'Find orders',
    number: 'Order number',
    numberHint: 'The whole number, as in M-7K3Q-92XD.',
    numberProblem: 'This is no order number. It looks like M-7K3Q-92XD.',
    allStatuses: 'Any status',
    ofCustomer: (name: string) => `Only orders of ${name}`,
    thisCustomer: 'this customer',
    everybody: 'Show those of everybody',
    count: { one: '# order', other: '# orders' } as Counted,
    none: 'No order fits.',
    noneHint: 'Look for another number, or for any status.',
    clear: 'Show all orders',
  },
  {
    title: 'Mọi đơn hàng',
    filters: 'Tìm đơn hàng',
    number: 'Số đơn hàng',
    numberHint: 'Toàn bộ số đơn, ví dụ M-7K3Q-92XD.',
    numberProblem: 'Đây không phải số đơn hàng. Số đơn có dạng M-7K3Q-92XD.',
    allStatuses: 'Mọi trạng thái',
    ofCustomer: (name: string) => `Chỉ đơn của ${name}`,
    thisCustomer: 'khách này',
    everybody: 'Xem đơn của mọi người',
    count: { other: '# đơn hàng' },
    none: 'Không có đơn nào phù hợp.',
    noneHint: 'Thử tìm số khác, hoặc chọn mọi trạng thái.',
    clear: 'Xem mọi đơn hàng',
  },
);
