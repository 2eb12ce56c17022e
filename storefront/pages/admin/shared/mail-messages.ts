import { inLanguages } from '../../../messages/language.ts';

type Told = Readonly<Record<string, string>>;

export const mailMessages = inLanguages(
  {
    kind: {
      RECEIPT: 'Receipt',
      ORDER_CANCELLED: 'Order cancelled',
      ORDER_SHIPPED: 'Order shipped',
      ORDER_REFUNDED: 'Order refunded',
      WELCOME: 'Welcome',
      PASSWORD_RESET: 'Password reset',
      EMAIL_CHANGED: 'Confirm new address',
      EMAIL_CHANGED_NOTICE: 'Address changed (to old address)',
      ADDRESS_IN_USE: 'Address already in use',
      LOG_IN_PAUSED: 'Login paused',
    } as Told,
    attempts: (count: string) => `attempts: ${count}`,
    again: 'Send again',
    againAsk: 'Send this mail again?',
    againMore: 'It is sent to the current address and retried for one day.',
    againDismiss: 'Cancel',
    queued: 'Mail queued.',
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
      ADDRESS_IN_USE: 'Địa chỉ đã có tài khoản',
      LOG_IN_PAUSED: 'Tạm dừng đăng nhập',
    },
    attempts: (count: string) => `số lần thử: ${count}`,
    again: 'Gửi lại',
    againAsk: 'Gửi lại email này?',
    againMore: 'Email sẽ được gửi đến địa chỉ hiện tại và được thử lại trong một ngày.',
    againDismiss: 'Hủy',
    queued: 'Email đang chờ gửi.',
  },
);
