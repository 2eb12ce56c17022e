-- Run once by the PostgreSQL image, when its volume is empty. Each database belongs to a role that changes its tables, and is used by one that
-- reads and writes them; both own nothing else, and no other role can connect. As on a laptop, texts are UTF-8 and compared by code point, whatever the
-- locale of the image; where people see an order it is asked for by name.

CREATE ROLE marigold_product_owner LOGIN PASSWORD 'development-only-product-owner';
CREATE ROLE marigold_product LOGIN PASSWORD 'development-only-product';
CREATE DATABASE marigold_product TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER marigold_product_owner;
REVOKE ALL ON DATABASE marigold_product FROM PUBLIC;
GRANT CONNECT ON DATABASE marigold_product TO marigold_product;
\connect marigold_product
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_product_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marigold_product;
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_product_owner GRANT USAGE ON SEQUENCES TO marigold_product;

CREATE ROLE marigold_cart_owner LOGIN PASSWORD 'development-only-cart-owner';
CREATE ROLE marigold_cart LOGIN PASSWORD 'development-only-cart';
CREATE DATABASE marigold_cart TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER marigold_cart_owner;
REVOKE ALL ON DATABASE marigold_cart FROM PUBLIC;
GRANT CONNECT ON DATABASE marigold_cart TO marigold_cart;
\connect marigold_cart
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_cart_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marigold_cart;
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_cart_owner GRANT USAGE ON SEQUENCES TO marigold_cart;

CREATE ROLE marigold_order_owner LOGIN PASSWORD 'development-only-order-owner';
CREATE ROLE marigold_order LOGIN PASSWORD 'development-only-order';
CREATE DATABASE marigold_order TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER marigold_order_owner;
REVOKE ALL ON DATABASE marigold_order FROM PUBLIC;
GRANT CONNECT ON DATABASE marigold_order TO marigold_order;
\connect marigold_order
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_order_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marigold_order;
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_order_owner GRANT USAGE ON SEQUENCES TO marigold_order;

CREATE ROLE marigold_user_owner LOGIN PASSWORD 'development-only-user-owner';
CREATE ROLE marigold_user LOGIN PASSWORD 'development-only-user';
CREATE DATABASE marigold_user TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER marigold_user_owner;
REVOKE ALL ON DATABASE marigold_user FROM PUBLIC;
GRANT CONNECT ON DATABASE marigold_user TO marigold_user;
\connect marigold_user
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_user_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marigold_user;
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_user_owner GRANT USAGE ON SEQUENCES TO marigold_user;

CREATE ROLE marigold_payment_owner LOGIN PASSWORD 'development-only-payment-owner';
CREATE ROLE marigold_payment LOGIN PASSWORD 'development-only-payment';
CREATE DATABASE marigold_payment TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER marigold_payment_owner;
REVOKE ALL ON DATABASE marigold_payment FROM PUBLIC;
GRANT CONNECT ON DATABASE marigold_payment TO marigold_payment;
\connect marigold_payment
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_payment_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marigold_payment;
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_payment_owner GRANT USAGE ON SEQUENCES TO marigold_payment;

CREATE ROLE marigold_provider_owner LOGIN PASSWORD 'development-only-provider-owner';
CREATE ROLE marigold_provider LOGIN PASSWORD 'development-only-provider';
CREATE DATABASE marigold_provider TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER marigold_provider_owner;
REVOKE ALL ON DATABASE marigold_provider FROM PUBLIC;
GRANT CONNECT ON DATABASE marigold_provider TO marigold_provider;
\connect marigold_provider
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_provider_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marigold_provider;
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_provider_owner GRANT USAGE ON SEQUENCES TO marigold_provider;

-- of mail
CREATE ROLE marigold_mailer_owner LOGIN PASSWORD 'development-only-mailer-owner';
CREATE ROLE marigold_mailer LOGIN PASSWORD 'development-only-mailer';
CREATE DATABASE marigold_mailer TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER marigold_mailer_owner;
REVOKE ALL ON DATABASE marigold_mailer FROM PUBLIC;
GRANT CONNECT ON DATABASE marigold_mailer TO marigold_mailer;
\connect marigold_mailer
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_mailer_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marigold_mailer;
ALTER DEFAULT PRIVILEGES FOR ROLE marigold_mailer_owner GRANT USAGE ON SEQUENCES TO marigold_mailer;

-- ready means all are there
CREATE DATABASE marigold_ready;
