import { type Counted, inLanguages } from '../../../messages/language.ts';

export const adminOrdersMessages = inLanguages(
  {
    title: 'All orders',
    filters: 'Find orders',
    search: 'Number, name or email',
    searchHint: 'Parts will do, as in 7K3Q or linh.',
    allStatuses: 'Any status',
    ofCustomer: (name: string) => `Only orders of ${name}`,
    thisCustomer: 'this customer',
    everybody: 'Show those of everybody',
    count: { one: '# order', other: '# orders' } as Counted,
    none: 'No order fits.',
    noneHint: 'Look for something else, or for any status.',
    clear: 'Show all orders',
  },
  {
    title: 'Mọi đơn hàng',
    filters: 'Tìm đơn hàng',
    search: 'Số đơn, tên hoặc email',
    searchHint: 'Chỉ cần một phần, ví dụ 7K3Q hoặc linh.',
    allStatuses: 'Mọi trạng thái',
    ofCustomer: (name: string) => `Chỉ đơn của ${name}`,
    thisCustomer: 'khách này',
    everybody: 'Xem đơn của mọi người',
    count: { other: '# đơn hàng' },
    none: 'Không có đơn nào phù hợp.',
    noneHint: 'Thử tìm từ khác, hoặc chọn mọi trạng thái.',
    clear: 'Xem mọi đơn hàng',
  },
);
