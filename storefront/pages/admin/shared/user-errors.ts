import { inLanguages } from '../../../messages/language.ts';

/** What keeps something from being done, by the code of the user error or of the error. */
const userErrors = inLanguages<Readonly<Record<string, string>>>(
  {
    OFFLINE: 'The shop could not be reached. Check whether the change was made before you try again.',
    UNAVAILABLE: 'This service is unavailable. Try again in a moment.',
    FORBIDDEN: 'You do not have permission. Log in as an admin.',
    UNAUTHENTICATED: 'Your session has expired. Log in again.',
    RATE_LIMITED: 'Too many requests. Try again in a few seconds.',
    INVALID_INPUT: 'Some of the values are not valid.',
    ORDER_NOT_FOUND: 'The order no longer exists.',
    ORDER_NOT_IN_STATUS: 'The status of the order has changed, so this is no longer possible.',
    PRODUCT_NOT_FOUND: 'The product does not exist or is archived.',
    PRODUCT_CHANGED: 'Another user has changed this product. Review the changes before you continue.',
    IDEMPOTENCY_KEY_REUSED: 'This request was already sent with different content. Reload the page and check the result.',
    ORDER_CHANGED: 'The order has changed. Review it before you continue.',
    SKU_TAKEN: 'Another product has this SKU.',
    NOT_ENOUGH_STOCK: 'There is not enough stock to remove that many.',
    MAIL_NOT_FAILED: 'This mail is no longer failed, or can no longer be created.',
    DEAD_LETTER_NOT_FOUND: 'The message has already been replayed or discarded.',
    DEAD_LETTER_TOO_LARGE: 'The message is too large to be replayed. It stays here until you discard it.',
    OTHER: 'Something went wrong. Try again in a moment.',
  },
  {
    OFFLINE: 'Không kết nối được với cửa hàng. Vui lòng kiểm tra thay đổi đã được thực hiện chưa trước khi thử lại.',
    UNAVAILABLE: 'Dịch vụ này tạm thời không khả dụng. Vui lòng thử lại sau giây lát.',
    FORBIDDEN: 'Bạn không có quyền thực hiện. Vui lòng đăng nhập bằng tài khoản quản trị.',
    UNAUTHENTICATED: 'Phiên đăng nhập đã hết hạn. Vui lòng đăng nhập lại.',
    RATE_LIMITED: 'Quá nhiều yêu cầu. Vui lòng thử lại sau vài giây.',
    INVALID_INPUT: 'Có thông tin không hợp lệ.',
    ORDER_NOT_FOUND: 'Đơn hàng này không còn tồn tại.',
    ORDER_NOT_IN_STATUS: 'Trạng thái đơn hàng đã thay đổi nên không thể thực hiện nữa.',
    PRODUCT_NOT_FOUND: 'Không có sản phẩm này, hoặc sản phẩm đã ngừng bán.',
    PRODUCT_CHANGED: 'Người khác vừa sửa sản phẩm này. Vui lòng xem lại trước khi tiếp tục.',
    IDEMPOTENCY_KEY_REUSED: 'Yêu cầu này đã được gửi với nội dung khác. Vui lòng tải lại trang và kiểm tra.',
    ORDER_CHANGED: 'Đơn hàng vừa thay đổi. Vui lòng xem lại trước khi tiếp tục.',
    SKU_TAKEN: 'Mã sản phẩm này đã được sử dụng.',
    NOT_ENOUGH_STOCK: 'Tồn kho không đủ để giảm số lượng đó.',
    MAIL_NOT_FAILED: 'Email này không còn ở trạng thái thất bại, hoặc không thể tạo lại được nữa.',
    DEAD_LETTER_NOT_FOUND: 'Message này đã được gửi lại hoặc loại bỏ.',
    DEAD_LETTER_TOO_LARGE: 'Message quá lớn nên không gửi lại được. Message sẽ ở đây cho đến khi bạn loại bỏ.',
    OTHER: 'Đã có lỗi. Vui lòng thử lại sau giây lát.',
  },
);

/** The text of a code in a language; the message of the graph when there is none. */
export function userErrorText(language: 'en' | 'vi', code: string, message?: string): string {
  return userErrors[language][code] ?? message ?? userErrors[language]['OTHER'] ?? code;
}
