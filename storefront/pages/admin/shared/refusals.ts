import { inLanguages } from '../../../messages/language.ts';

/** What keeps something from being done, by the code of the refusal or of the error. */
const refusals = inLanguages<Readonly<Record<string, string>>>(
  {
    OFFLINE: 'The shop did not answer. Look whether it was done before you try again.',
    UNAVAILABLE: 'That part of the shop does not answer at the moment. Try again in a moment.',
    FORBIDDEN: 'You may not do this. Log in as an admin.',
    UNAUTHENTICATED: 'Your session has ended. Log in again.',
    RATE_LIMITED: 'Too much at once. Try again in a few seconds.',
    INVALID_INPUT: 'Something in it is not as it must be.',
    ORDER_NOT_FOUND: 'There is no such order any more.',
    ORDER_NOT_IN_STATUS: 'The order has moved on meanwhile, so this cannot be done any more.',
    PRODUCT_NOT_FOUND: 'There is no such product, or it is no longer sold.',
    PRODUCT_CHANGED: 'Somebody else has changed this product meanwhile. Look at it as it is now before you do this.',
    IDEMPOTENCY_KEY_REUSED: 'This was sent before with other content. Load the page again and look what is there.',
    ORDER_CHANGED: 'The order has moved on meanwhile. Look at it as it is now before you do this.',
    SKU_TAKEN: 'Another product has this article number.',
    NOT_ENOUGH_STOCK: 'There is less on the shelf than you would take away.',
    MAIL_NOT_FAILED: 'This mail is no longer among those that failed, or can no longer be written.',
    DEAD_LETTER_NOT_FOUND: 'The message is gone: somebody replayed or discarded it.',
    DEAD_LETTER_TOO_LARGE: 'The message is too large to be replayed. It stays here until you discard it.',
    OTHER: 'It did not work. Try again in a moment.',
  },
  {
    OFFLINE: 'Cửa hàng chưa trả lời. Xin xem việc đã được thực hiện chưa trước khi thử lại.',
    UNAVAILABLE: 'Bộ phận này tạm thời không trả lời. Xin thử lại sau giây lát.',
    FORBIDDEN: 'Bạn không có quyền làm việc này. Xin đăng nhập bằng tài khoản quản trị.',
    UNAUTHENTICATED: 'Phiên đăng nhập đã hết hạn. Xin đăng nhập lại.',
    RATE_LIMITED: 'Quá nhiều yêu cầu cùng lúc. Xin thử lại sau vài giây.',
    INVALID_INPUT: 'Có thông tin chưa đúng.',
    ORDER_NOT_FOUND: 'Đơn hàng này không còn nữa.',
    ORDER_NOT_IN_STATUS: 'Đơn hàng đã chuyển sang bước khác, nên không thể làm việc này nữa.',
    PRODUCT_NOT_FOUND: 'Không có sản phẩm này, hoặc sản phẩm đã ngừng bán.',
    PRODUCT_CHANGED: 'Người khác vừa sửa sản phẩm này. Xin xem lại trước khi thực hiện.',
    IDEMPOTENCY_KEY_REUSED: 'Yêu cầu này đã được gửi với nội dung khác. Xin tải lại trang và xem lại.',
    ORDER_CHANGED: 'Đơn hàng vừa chuyển sang bước khác. Xin xem lại trước khi thực hiện.',
    SKU_TAKEN: 'Mã hàng này đã thuộc về sản phẩm khác.',
    NOT_ENOUGH_STOCK: 'Trên kệ không còn đủ để lấy đi chừng ấy.',
    MAIL_NOT_FAILED: 'Thư này không còn ở trạng thái thất bại, hoặc không thể viết lại được nữa.',
    DEAD_LETTER_NOT_FOUND: 'Thông điệp không còn: đã có người phát lại hoặc bỏ đi.',
    DEAD_LETTER_TOO_LARGE: 'Thông điệp quá lớn nên không phát lại được. Nó vẫn nằm ở đây cho đến khi bạn bỏ đi.',
    OTHER: 'Chưa thực hiện được. Xin thử lại sau giây lát.',
  },
);

/** The text of a code in a language; the message of the graph when there is none. */
export function refusalIn(language: 'en' | 'vi', code: string, message?: string): string {
  return refusals[language][code] ?? message ?? refusals[language]['OTHER'] ?? code;
}
