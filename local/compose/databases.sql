-- Run once by the PostgreSQL image, when its volume is empty. Each service applies its own migrations. As on a laptop,
-- texts are UTF-8 and compared by code point, whatever the locale of the image; where people see an order it is asked for by name.
CREATE DATABASE marigold_product TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE marigold_cart TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE marigold_order TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE marigold_user TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE marigold_payment TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE marigold_provider TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE marigold_mailer TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
