import { inLanguages } from '../../../messages/language.ts';

type Told = Readonly<Record<string, string>>;

export const mailMessages = inLanguages(
  {
    kind: {
      RECEIPT: 'Receipt',
      ORDER_CANCELLED: 'Order cancelled',
      ORDER_SHIPPED: 'Parcel has left',
      ORDER_REFUNDED: 'Money goes back',
      WELCOME: 'Welcome',
      PASSWORD_RESET: 'Link to set a new password',
      EMAIL_CHANGED: 'New address confirmed',
      EMAIL_CHANGED_NOTICE: 'Address changed, to the old one',
      ADDRESS_IN_USE: 'Address has an account already',
      LOG_IN_PAUSED: 'Log-in paused: password guessed',
    } as Told,
    attempts: (count: string) => `tries: ${count}`,
    again: 'Send again',
    againAsk: 'Send this mail again?',
    againMore: 'It goes to the address that is known for it now, and is tried for a day.',
    againDismiss: 'Leave it',
    queued: 'The mail is queued.',
  },
  {
    kind: {
      RECEIPT: 'Biên nhận',
      ORDER_CANCELLED: 'Báo hủy đơn',
      ORDER_SHIPPED: 'Báo đã gửi hàng',
      ORDER_REFUNDED: 'Báo hoàn tiền',
      WELCOME: 'Chào mừng',
      PASSWORD_RESET: 'Liên kết đặt lại mật khẩu',
      EMAIL_CHANGED: 'Xác nhận địa chỉ mới',
      EMAIL_CHANGED_NOTICE: 'Báo đổi địa chỉ, gửi đến địa chỉ cũ',
      ADDRESS_IN_USE: 'Báo địa chỉ đã có tài khoản',
      LOG_IN_PAUSED: 'Báo tạm dừng đăng nhập: mật khẩu bị dò',
    },
    attempts: (count: string) => `số lần thử: ${count}`,
    again: 'Gửi lại',
    againAsk: 'Gửi lại thư này?',
    againMore: 'Thư sẽ được gửi đến địa chỉ hiện đang được ghi nhận, và được thử trong một ngày.',
    againDismiss: 'Để nguyên',
    queued: 'Thư đang chờ gửi.',
  },
);
