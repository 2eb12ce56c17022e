import { type Counted, inLanguages } from '../../../messages/language.ts';

export const adminOrdersMessages = inLanguages(
  {
    title: 'All orders',
    filters: 'Find orders',
    search: 'Number, name or email',
    searchHint: 'Part of it is enough, for example 7K3Q or linh.',
    allStatuses: 'All statuses',
    ofCustomer: (name: string) => `Orders of ${name}`,
    thisCustomer: 'this customer',
    everybody: 'Show all customers',
    count: { one: '# order', other: '# orders' } as Counted,
    none: 'No orders found.',
    noneHint: 'Try another search term or status.',
    clear: 'Show all orders',
  },
  {
    title: 'Tất cả đơn hàng',
    filters: 'Tìm đơn hàng',
    search: 'Số đơn, tên hoặc email',
    searchHint: 'Chỉ cần một phần, ví dụ 7K3Q hoặc linh.',
    allStatuses: 'Tất cả trạng thái',
    ofCustomer: (name: string) => `Đơn của ${name}`,
    thisCustomer: 'khách này',
    everybody: 'Xem tất cả khách hàng',
    count: { other: '# đơn hàng' },
    none: 'Không có đơn nào phù hợp.',
    noneHint: 'Hãy thử từ khóa hoặc trạng thái khác.',
    clear: 'Xem mọi đơn hàng',
  },
);
