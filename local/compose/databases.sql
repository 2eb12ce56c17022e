-- Run once by the PostgreSQL image, when its volume is empty. Each service applies its own migrations.
CREATE DATABASE marigold_product;
CREATE DATABASE marigold_cart;
CREATE DATABASE marigold_order;
CREATE DATABASE marigold_user;
CREATE DATABASE marigold_payment;
CREATE DATABASE marigold_provider;
CREATE DATABASE marigold_mailer;
