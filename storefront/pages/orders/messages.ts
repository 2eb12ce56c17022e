import { type Counted, inLanguages } from '../../messages/language.ts';

export const ordersMessages = inLanguages(
  {
    title: 'Your orders',
    lead: 'They move by themselves: there is nothing to reload.',
    status: 'Show',
    all: 'All orders',
    count: { one: '# order', other: '# orders' } as Counted,
    none: 'You have not ordered anything yet.',
    noneHint: 'What you buy appears here, and every step of its way.',
    noneOfStatus: 'No order is in this status.',
    showAll: 'Show all orders',
    order: (number: string) => `Order ${number}`,
    placed: (when: string) => `Placed ${when}`,
    others: (count: number) => `and ${count} more`,
  },
  {
    title: 'Đơn hàng của bạn',
    lead: 'Đơn hàng tự chuyển động, bạn không cần tải lại trang.',
    status: 'Hiển thị',
    all: 'Tất cả đơn hàng',
    count: { other: '# đơn hàng' } as Counted,
    none: 'Bạn chưa đặt gì.',
    noneHint: 'Những gì bạn mua sẽ xuất hiện ở đây, cùng từng bước trên đường đến với bạn.',
    noneOfStatus: 'Không có đơn hàng nào ở trạng thái này.',
    showAll: 'Xem tất cả đơn hàng',
    order: (number: string) => `Đơn hàng ${number}`,
    placed: (when: string) => `Đặt lúc ${when}`,
    others: (count: number) => `và ${count} món khác`,
  },
);
