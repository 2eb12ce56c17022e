import { type Counted, inLanguages } from '../../messages/language.ts';

export const ordersMessages = inLanguages(
  {
    title: 'Your orders',
    lead: 'The status of your orders updates automatically.',
    status: 'Show',
    all: 'All orders',
    count: { one: '# order', other: '# orders' } as Counted,
    none: 'You have no orders yet.',
    noneHint: 'Your orders and their status appear here.',
    noneOfStatus: 'No orders with this status.',
    showAll: 'Show all orders',
    order: (number: string) => `Order ${number}`,
    placed: (when: string) => `Placed ${when}`,
    others: (count: number) => `and ${count} more`,
  },
  {
    title: 'Đơn hàng của bạn',
    lead: 'Trạng thái đơn hàng được cập nhật tự động.',
    status: 'Hiển thị',
    all: 'Tất cả đơn hàng',
    count: { other: '# đơn hàng' } as Counted,
    none: 'Bạn chưa có đơn hàng nào.',
    noneHint: 'Đơn hàng và trạng thái của chúng sẽ hiển thị ở đây.',
    noneOfStatus: 'Không có đơn hàng nào ở trạng thái này.',
    showAll: 'Xem tất cả đơn hàng',
    order: (number: string) => `Đơn hàng ${number}`,
    placed: (when: string) => `Đặt lúc ${when}`,
    others: (count: number) => `và ${count} sản phẩm khác`,
  },
);
